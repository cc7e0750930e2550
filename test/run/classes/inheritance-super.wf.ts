export declare function tick<T>(value?: T): Promise<T>;

class A {
  log: string[] = [];
  constructor(readonly_: string) { this.log.push('A' + readonly_); }
  hi() { return 'A.hi'; }
  async slow() { await tick(); return 'A.slow'; }
  get v() { return 1; }
  static s() { return 'A.s'; }
}
class B extends A {
  extra = this.log.length;
  constructor() { super('x'); this.log.push('B'); }
  hi() { return 'B>' + super.hi(); }
  async slow() { const x = await super.slow(); await tick(); return `B>${x}>${super.hi()}>${super.v}`; }
  get v() { return super.v + 1; }
  static s() { return 'B>' + super.s(); }
}
class C extends B {
  async slow() { const f = async () => 'C>' + (await super.slow()); await tick(); return f(); }
  arrow = () => super.hi();
}
export async function main() {
  const c = new C();
  await tick();
  console.log(c.hi(), await c.slow(), c.v, C.s(), c.log.join(), c.extra, c.arrow(), c instanceof A, Object.getPrototypeOf(C) === B);
}

// expect: B>A.hi C>B>A.slow>A.hi>1 2 B>A.s Ax,B 1 B>A.hi true true
// expect: returned undefined
