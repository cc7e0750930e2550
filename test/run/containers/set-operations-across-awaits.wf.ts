export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a = new Set([1, 2, 3]), b = new Set([3, 4]);
  const union = new Set([...a, ...b]);
  await tick();
  const both = [...a].filter((x) => b.has(x));
  for (const x of union) { await tick(); if (x % 2) union.delete(x); if (x === 4) union.add(40).add(41); }
  const holder = { a, alias: a };
  await tick();
  holder.alias.add(NaN).add(NaN).add(-0).add(0 as any);
  await tick();
  console.log([...union].join(), both.join(), a.size, holder.a === holder.alias, Object.is([...a].at(-1), 0), a.has(NaN));
  a.forEach((v, k, s) => { if (v === 1) s.add(100); if (k === 2) s.delete(3); });
  await tick();
  console.log([...a.entries()].join('|'), a.delete(7), a.delete(1), Object.prototype.toString.call(a.values()));
}

// expect: 2,4,40 3 5 true true true
// expect: 1,1|2,2|NaN,NaN|0,0|100,100 false true [object Set Iterator]
// expect: returned undefined
