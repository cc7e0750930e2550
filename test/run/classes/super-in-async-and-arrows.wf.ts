export declare function tick<T>(value?: T): Promise<T>;

class A {
  n = 1;
  async step(by: number) { await tick(); this.n += by; return 'A' + this.n; }
  get label() { return 'label' + this.n; }
  static async make() { await tick(); return new this(); }
}
class B extends A {
  override async step(by: number) {
    const first = await super.step(by);
    const again = [1, 2].map((x) => () => super.step(x));
    const texts: string[] = [];
    for (const f of again) texts.push(await f());
    return [first, ...texts, super.label, super['label'], await super['st' + 'ep' as 'step'](await tick(100))].join();
  }
  override get label() { return 'B' + super.label; }
  static override async make() { const b = await super.make(); await tick(); b.n = 10; return b; }
}
class C extends B { override async step(by: number) { try { return 'C' + (await super.step(by)); } finally { await super.step(1000); } } }
export async function main() {
  const c = await C.make();
  console.log(await c.step(1), c.n, c.label, c instanceof C);
}

// expect: CA11,A12,A14,label14,label14,A114 1217 Blabel1217 true
// expect: returned undefined
