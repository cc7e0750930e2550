export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const permutations = (xs: number[]): number[][] => (xs.length < 2 ? [xs] : xs.flatMap((x, i) => permutations([...xs.slice(0, i), ...xs.slice(i + 1)]).map((p) => [x, ...p])));
  const hanoi = async (n: number, a: string[], b: string[], c: string[]): Promise<number> => { if (n === 0) return 0; const left = await hanoi(n - 1, a, c, b); c.push(a.pop()!); await tick(); return left + 1 + (await hanoi(n - 1, b, a, c)); };
  const pegs = [['3', '2', '1'], [], []] as string[][];
  console.log(await hanoi(3, pegs[0]!, pegs[1]!, pegs[2]!), pegs.map((p) => p.join('')).join('|'), permutations([1, 2, 3]).length);
  const overflow = (): number => 1 + overflow();
  await tick();
  try { overflow(); } catch (e) { await tick(); console.log(e instanceof RangeError); }
  const deep = (n: number): any => (n ? { next: deep(n - 1) } : null);
  const list = deep(3000);
  await tick();
  let depth = 0;
  for (let at = list; at; at = at.next) { depth++; if (depth % 1000 === 0) await tick(); }
  console.log(depth);
}

// expect: 7 ||321 6
// expect: true
// expect: 3000
// expect: returned undefined
