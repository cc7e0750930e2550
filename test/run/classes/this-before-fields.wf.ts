export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name; } };
let probe: any, nested: any = null;
class Base { constructor() { console.log('base', t(probe)); if (nested) { const n = nested; nested = null; console.log('nested', t(n)); } } }
class C extends Base {
  plain: any;
  harmless = 1;
  #first = (console.log('field', probe() === this, Object.keys(this).join()), 5);
  second = probe().harmless;
  get f() { return this.#first; }
  constructor(mode = 0) {
    probe = () => this;
    const outer = probe;
    console.log(t(probe));
    super();
    console.log(outer() === this, this.second);
    if (mode === 1) console.log(t(() => super.constructor === Base));
    probe = outer;
  }
}
class Arrow extends Base {
  x = probe() === this;
  constructor() {
    probe = () => this;
    const go = () => super();
    go();
    console.log(t(go), this.x);
  }
}
class Mixed extends Base {
  x = probe() === this;
  constructor(again: boolean) {
    probe = () => this;
    const go = () => super();
    super();
    if (again) console.log(t(go));
    console.log(this.x);
  }
}
class Throws extends Base { y = (() => { throw new Error('field'); })(); constructor() { probe = () => this; super(); } }
export async function main() {
  const c = new C(); await tick(); console.log(c.f, c.second, probe() === c);
  nested = () => new C(1); const d = new C(); await tick(); console.log(d.f, probe() === d);
  nested = () => new Throws(); console.log(t(() => new C()));
  new Arrow(); new Mixed(false); new Mixed(true); await tick(); console.log(t(() => new Throws()));
  const e = new C(); await tick(); console.log(e.f);
}

// expect: ReferenceError
// expect: base ReferenceError
// expect: field true plain,harmless
// expect: true 1
// expect: 5 1 true
// expect: ReferenceError
// expect: base ReferenceError
// expect: ReferenceError
// expect: base ReferenceError
// expect: field true plain,harmless
// expect: true 1
// expect: true
// expect: nested C { plain: undefined, harmless: 1, second: 1 }
// expect: field false plain,harmless
// expect: true 1
// expect: 5 true
// expect: ReferenceError
// expect: base ReferenceError
// expect: base ReferenceError
// expect: nested Error
// expect: field false plain,harmless
// expect: true undefined
// expect: C { plain: undefined, harmless: 1, second: undefined }
// expect: base ReferenceError
// expect: base Arrow { x: true }
// expect: ReferenceError true
// expect: base ReferenceError
// expect: true
// expect: base ReferenceError
// expect: base Mixed { x: true }
// expect: ReferenceError
// expect: true
// expect: base ReferenceError
// expect: Error
// expect: ReferenceError
// expect: base ReferenceError
// expect: field true plain,harmless
// expect: true 1
// expect: 5
// expect: returned undefined
