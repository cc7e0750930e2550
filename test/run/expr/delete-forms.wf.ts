export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { a: 1, b: { c: 2, d: 3 }, 5: 'five' };
  const arr = [1, 2, 3, 4];
  const key = async (k: string) => tick(k);
  console.log(delete o[await key('a')], delete o.b.c, delete o[5], delete o.nope, delete o?.b?.[await key('d')], delete o.zz?.[await key('never')]);
  console.log(delete arr[1], delete (arr as any)['2'], arr.length);
  await tick();
  console.log(JSON.stringify(o), JSON.stringify(arr), 1 in arr);
  const frozen = Object.freeze({ x: 1 });
  await tick();
  try { delete (frozen as any).x; } catch (e) { console.log((e as Error).name); }
  try { delete (arr as any).length; } catch (e) { console.log((e as Error).name, frozen.x); }
}

// expect: true true true true true true
// expect: true true 4
// expect: {"b":{}} [1,null,null,4] false
// expect: TypeError
// expect: TypeError 1
// expect: returned undefined
