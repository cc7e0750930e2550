export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class P { v; constructor(...xs: number[]) { this.v = xs.join(); } }
  const ns = { P, make: () => P, deep: { P } };
  const C = await tick('P');
  console.log(new P().v, new ns.P(1, await tick(2)).v, new (ns as any)[C](3).v, new (ns.make())(await tick(4)).v, new ns.deep.P(...(await tick([5, 6]))).v);
  function Old(this: any, n: number) { this.n = n; if (n > 1) return { n: 'replaced' }; }
  await tick();
  const old = new (Old as any)(1), other = new (Old as any)(2);
  console.log(old.n, other.n, old instanceof Old, other instanceof (Old as any), new (class { x = 1 })().x, new Date(0).getTime());
  try { new (await tick(), (() => 1) as any)(); } catch (e) { console.log((e as Error).name); }
  try { (P as any)(await tick(1)); } catch (e) { console.log((e as Error).name); }
}

// expect:  1,2 3 4 5,6
// expect: 1 replaced true false 1 0
// expect: TypeError
// expect: TypeError
// expect: returned undefined
