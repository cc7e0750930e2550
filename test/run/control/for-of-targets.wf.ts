export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { list: [] };
  let a: any, b: any;
  for (o.x of [1, 2]) { await tick(); o.list.push(o.x); }
  for (o[await tick('y')] of ['p', 'q']) o.list.push(o.y);
  for ([a, b = await tick('dflt')] of [[1], [2, 3]] as any) { await tick(); o.list.push(a + '' + b); }
  for ({ a, ...b } of [{ a: 1, c: 2 }] as any) { await tick(); o.list.push(a, b.c); }
  for (var v of [7, 8]) await tick();
  for (o.k in { m: 1, n: 2 }) { await tick(); o.list.push(o.k); }
  for (let [first] in { xy: 1, zw: 2 }) { await tick(); o.list.push(() => first); }
  console.log(o.list.map((x: any) => (typeof x === 'function' ? x() : x)).join(), a, v, o.x, o.k);
}

// expect: 1,2,p,q,1dflt,23,1,2,m,n,x,z 1 8 2 n
// expect: returned undefined
