export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function sum(this: any, ...xs: number[]) { return xs.reduce((a, b) => a + b, this?.base ?? 0); }
  const b1 = sum.bind({ base: 100 }, 1);
  const b2 = b1.bind(null, 2).bind({ base: 5 });
  const slow = (async function (this: any, x: number) { await tick(); return this.base + x; }).bind({ base: 7 });
  await tick();
  console.log(b1(10), b2(20), b2.name, b2.length, await slow(1), b1.call({ base: -1 }, 5));
  class P { x; y; constructor(x: number, y: number) { this.x = x; this.y = y; } }
  const Half: any = P.bind(null, 1);
  await tick();
  const p = new Half(2);
  console.log(p.x, p.y, p instanceof P, p instanceof Half, [3, 4].map(Math.max.bind(null, 3)).join(), 'prototype' in b1);
  const waited = sum.bind(await tick({ base: 1 }), await tick(2)), Waited: any = P.bind(null, await tick(3));
  await tick();
  console.log(waited(3), waited.name, waited.length, new Waited(4).x, new Waited(4) instanceof P);
}

// expect: 111 123 bound bound bound sum 0 8 106
// expect: 1 2 true true NaN,NaN false
// expect: 6 bound sum 0 3 true
// expect: returned undefined
