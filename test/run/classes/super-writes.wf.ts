export declare function tick<T>(value?: T): Promise<T>;

class P { v = 1; set w(x: any) { this.v = x; } get w() { return this.v; } }
class Q extends P {
  set(x: number) { super.w = x; super.w += 1; return super.w++; }
  async slow(x: number) { super.w = await tick(x); super.w += await tick(1); super['w'] *= await tick(2); const f = () => { super.w = super.w + 0.5; }; await tick(); f(); return this.v; }
  own() { super.fresh = 'own'; return Object.hasOwn(this, 'fresh'); }
}
interface Q { fresh: string }
interface P { fresh: string }
export async function main() {
  const q = new Q();
  await tick();
  console.log(q.set(5), q.v);
  await tick();
  console.log(await q.slow(10), q.own(), (q as any).fresh);
}

// expect: 6 7
// expect: 22.5 true own
// expect: returned undefined
