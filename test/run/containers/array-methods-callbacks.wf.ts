export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const base = [3, 1, 2];
  const log: string[] = [];
  await tick();
  const sorted = base.toSorted((a, b) => (log.push(`${a}${b}`), a - b));
  const out = base.flatMap((x) => (x > 1 ? [x, [x * 10]] : [])).flat();
  await tick();
  base.sort((a, b) => b - a);
  const found = [base.find((x) => x < 3), base.findLast((x) => x > 1), base.findIndex((x) => x === 9), base.findLastIndex((x) => x > 0), base.at(-1)];
  await tick();
  const total = base.reduce((sum, x, i, all) => sum + x * i + all.length, 0) + base.reduceRight((s, x) => s + x, '' as any);
  console.log(sorted.join(), out.join(), base.join(), found.join(), total, log.length > 0, base.with(0, 9).join(), base.toSpliced(1, 1, 7, 8).join(), base.toReversed().join());
  try { [1, 2].map((x) => { if (x === 2) throw new Error('in map' + x); return x; }); } catch (e) { await tick(); console.log((e as Error).message); }
  console.log(Array.from({ length: 3 }, (_, i) => i ** 2).join(), Array.of(7, 8).length, Array.isArray(base), base.some((x) => x > 2), base.every((x) => x > 2), base.lastIndexOf(2), base.copyWithin(0, 1).join());
}

// expect: 1,2,3 3,30,2,20 3,2,1 2,2,-1,2,1 13123 true 9,2,1 3,7,8,1 1,2,3
// expect: in map2
// expect: 0,1,4 2 true true false 1 2,1,1
// expect: returned undefined
