export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const { length, [0]: first, [await tick('at')]: at } = 'héllo' as any;
  const { toFixed } = (await tick(5)) as any;
  const [a, b, c] = new Map([['k', 1], ['l', 2]]) as any;
  const [x, y] = new Set([9, 8]) as any;
  const { size } = new Set([1]), { message, ...own } = Object.assign(new Error('m'), { extra: 1 }) as any;
  await tick();
  console.log(length, first, at.call('zy', 1), toFixed.call(2, 1), a.join(), b.join(), c, x + y, size, message, JSON.stringify(own));
  for (const bad of [null, undefined, 5, {}]) {
    try { const [z] = bad as any; console.log('got', z); } catch (e) { console.log((e as Error).name); }
    try { const { z = await tick('dflt') } = bad as any; console.log(z); } catch (e) { console.log((e as Error).name); }
  }
  const {} = 1 as any;
  await tick();
  const { 0: h, 2: j, ...tail } = [1, , 3, 4] as any;
  console.log(h, j, JSON.stringify(tail));
}

// expect: 5 h y 2.0 k,1 l,2 undefined 17 1 m {"extra":1}
// expect: TypeError
// expect: TypeError
// expect: TypeError
// expect: TypeError
// expect: TypeError
// expect: dflt
// expect: TypeError
// expect: dflt
// expect: 1 3 {"3":4}
// expect: returned undefined
