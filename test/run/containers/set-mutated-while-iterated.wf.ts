export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const s = new Set([1, 2, 3]);
  const seen: number[] = [];
  for (const x of s) {
    seen.push(x);
    if (seen.length > 12) break;
    await tick();
    if (x === 1) { s.delete(1); s.add(1); s.delete(2); }
    if (x === 3) { s.clear(); s.add(9); s.add(3); }
  }
  console.log(seen.join(), [...s].join());
}

// expect: 1,3,9,3,9,3,9,3,9,3,9,3,9 9,3
// expect: returned undefined
