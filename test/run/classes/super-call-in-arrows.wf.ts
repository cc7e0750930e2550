export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
class A { args; nt; constructor(...args: any[]) { this.args = args; this.nt = new.target?.name; console.log('A', args.join()); } hello() { return 'A.hello'; } }
class B extends A { f = (console.log('field'), 1); #p = 2; constructor() { const go = () => super(1, 2); console.log(t(() => this)); const r = go(); console.log(r === this, this.f, this.#p, super.hello(), t(() => super.hello())); } hello() { return 'B.hello'; } p() { return this.#p; } }
let leak: any;
class Twice extends A { constructor() { const go = () => super('x'); go(); console.log(t(go)); } }
class Mixed extends A { constructor(first: boolean) { const go = () => super('m'); if (first) super('direct'); console.log(t(go)); if (!first) console.log(t(() => 0)); } }
class Mixed2 extends A { constructor() { const go = () => super('m'); go(); try { super('again'); } catch (e) { console.log((e as Error).message); } } }
class Never extends A { constructor() { const go = () => super(); if (1) return; go(); } }
class Early extends A { v = 'field'; constructor() { leak = () => [super('late'), this]; return { early: true } as any; } }
class Fin extends A { constructor() { const go = () => super('fin'); try { go(); return; } finally { console.log('finally'); } } }
class Prim extends A { constructor() { const go = () => super('p'); go(); return 5 as any; } }
class Dflt extends A { constructor(f = () => super('dflt'), x = f()) { console.log(x === this); } }
class Nested extends A { nt2; constructor() { const outer = () => { const inner = () => super(new.target === Nested); inner(); }; outer(); this.nt2 = (() => new.target.name)(); } }
class Sub extends Nested {}
class Async extends A { done: any; constructor() { const go = async () => { super(1); await tick(); this.done = 'later'; return this; }; const p = go(); this.done = p; } }
class AsyncLate extends A { q = 'q'; constructor(box: any) { box.go = async () => { const n = await tick(7); super(n); return this; }; return Object.create(null); } }
class ArgsIn extends A { constructor(a: any, b: any) { const go = () => super(...arguments); a = 1; go(); } }
class Loop extends A { constructor() { const go = () => super('loop'); for (const x of [1, 2, 3]) { if (x === 2) { go(); return; } } } }
const Anon = class extends A { constructor() { (() => super('anon'))(); } };
function make(tagged: string) { return class Local extends A { t = tagged; constructor() { const go = () => super(tagged); go(); } read() { return () => super.hello() + this.t; } }; }
export async function main() {
  const b = new B(); await tick(); console.log(b.p(), b instanceof B, b.args.join(), b.nt, Object.keys(b).join());
  new Twice(); new Mixed(true); new Mixed(false); new Mixed2();
  console.log(t(() => new Never()));
  const e: any = new Early(); await tick(); console.log(e.early);
  const [x, y] = leak(); console.log(x === y, x instanceof Early, x.v, x.nt); await tick(); console.log(t(leak));
  await tick();
  console.log(new Fin().args.join(), t(() => new Prim()), new Dflt().args.join());
  const n = new Sub(); console.log(n.nt, n.nt2, n.args.join(), n instanceof Sub);
  const a = new Async(); await tick(); const r = await a.done; console.log(r, r === a);
  const box: any = {}; new AsyncLate(box); await tick(); const l = await box.go(); console.log(l.q, l.args.join(), l instanceof AsyncLate);
  console.log(await box.go().catch((err: any) => err.message));
  console.log(new ArgsIn(3, 4).args.join(), new Loop().args.join(), new Anon().args.join());
  const L = make('tt'); const i = new L(); await tick(); const rd = i.read(); await tick(); console.log(rd(), i.args.join(), i.t);
  const i2 = new L(); console.log(i2 instanceof L);
}

// expect: ReferenceError: Must call super constructor in derived class before accessing 'this' or returning from derived constructor
// expect: A 1,2
// expect: field
// expect: true 1 2 A.hello A.hello
// expect: 2 true 1,2 B args,nt,f
// expect: A x
// expect: A x
// expect: ReferenceError: Super constructor may only be called once
// expect: A direct
// expect: A m
// expect: ReferenceError: Super constructor may only be called once
// expect: A m
// expect: Mixed { args: [ 'm' ], nt: 'Mixed' }
// expect: 0
// expect: A m
// expect: A again
// expect: Super constructor may only be called once
// expect: ReferenceError: Must call super constructor in derived class before accessing 'this' or returning from derived constructor
// expect: true
// expect: A late
// expect: true true field Early
// expect: A late
// expect: ReferenceError: Super constructor may only be called once
// expect: A fin
// expect: finally
// expect: A p
// expect: A dflt
// expect: true
// expect: fin TypeError: Derived constructors may only return object or undefined dflt
// expect: A false
// expect: Sub Sub false true
// expect: A 1
// expect: later false
// expect: A 7
// expect: q 7 true
// expect: A 7
// expect: Super constructor may only be called once
// expect: A 3,4
// expect: A loop
// expect: A anon
// expect: 3,4 loop anon
// expect: A tt
// expect: A.hellott tt tt
// expect: A tt
// expect: true
// expect: returned undefined
