export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o = { n: 3, add(a: number, b: number) { return this.n + a + b; } };
  class P { v: number; constructor(a: number, b: number) { this.v = a * b; } }
  const k = 'add' as const;
  console.log(o.add(await tick(1), 2), o[k](1, await tick(2)), new P(await tick(3), await tick(4)).v, (await tick(), o).add(0, 0), (await tick(), o.add).call(o, 1, 1));
  console.log(Math.max(await tick(3), 5), String(await tick(7)), [3, 1, 2].sort((a, b) => a - b).concat(await tick([9])).join());
  try { (o as any).nope(await tick(1)); } catch (e) { console.log((e as Error).name); }
  try { await (o as any).nope(1); } catch (e) { console.log((e as Error).name, (e as Error).message); }
  try { await (undefined as any).x(1); } catch (e) { console.log((e as Error).name, (e as Error).message); }
}

// expect: 6 6 12 3 5
// expect: 5 7 1,2,3,9
// expect: TypeError
// expect: TypeError o.nope is not a function
// expect: TypeError Cannot read properties of undefined (reading 'x')
// expect: returned undefined
