export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { set only(v: number) {} };
  let a: any, b: any;
  const r = (a = b = await tick(3));
  const s = (o.x = o.y = (await tick(4)) + 1);
  const t = (o.only = await tick(5));
  const u = ([a] = (await tick([7, 8])) as any);
  const v = ({ a: b } = (await tick({ a: 9, c: 1 })) as any);
  console.log(r, s, t, JSON.stringify(u), JSON.stringify(v), a, b, o.x, o.y, o.only);
  const w = (a = await tick(1)) + (a = await tick(10)) + a;
  console.log(w, (a += await tick(2)), (a ||= 5), (a &&= 6), a++ + ++a, a);
}

// expect: 3 5 5 [7,8] {"a":9,"c":1} 7 9 5 5 undefined
// expect: 21 12 12 6 14 8
// expect: returned undefined
