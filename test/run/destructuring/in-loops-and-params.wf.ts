export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const out: unknown[] = [];
  for (const [k, { v = 1 } = {}] of new Map<string, any>([['a', { v: 2 }], ['b', undefined]])) { await tick(); out.push(() => k + v); }
  for (const { n, ...r } of [{ n: 1, q: 2 }, { n: 3, z: 4 }] as any[]) out.push([n, JSON.stringify(r)].join());
  async function f({ a, b = a }: any, [c, d = await0()]: any, ...rest: any[]) { await tick(); return [a, b, c, d, rest]; }
  function await0() { return 'd0'; }
  out.push(JSON.stringify(await f({ a: 1 }, [2], 3, 4)));
  try { await f(null as any, []); } catch (e) { out.push((e as Error).name); }
  console.log(out.map((x) => (typeof x === 'function' ? x() : x)).join(' '));
}

// expect: a2 b1 1,{"q":2} 3,{"z":4} [1,1,2,"d0",[3,4]] TypeError
// expect: returned undefined
