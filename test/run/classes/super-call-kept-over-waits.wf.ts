export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
class Base { x; constructor(x?: any) { this.x = x; } get() { return 'base' + this.x; } static s() { return 'bs'; } }
// super.x and new.target in arrows of all kinds, also after waits
class D extends Base {
  later: any; arrow = () => super.get(); field = [new.target, () => new.target].length; 
  constructor() { const mk = async () => { super('async'); const nt = new.target; await tick(); return [nt === D, super.get(), this.x].join(); }; const p = mk(); this.later = p; }
  async m() { await tick(); return (() => super.get() + [1].map(() => super.get()).join())(); }
  static s() { return (() => super.s() + 'ds')(); }
  static block: any; static { this.block = (() => super.s())(); }
}
// a constructor that throws after super in an arrow; one whose arrow outlives it
let saved: any;
class Throws extends Base { constructor() { saved = () => { super('saved'); return this; }; throw new Error('no'); } }
class Returns extends Base { y = this.x + '!'; constructor(o: any) { o.again = (v: any) => super(v); o.self = () => this; if (o.stop) return o; super(1); } }
class Computed extends Base { [k: string]: any; constructor() { const f = () => { class I { [(super('key'), 'k')]() { return 1; } } return new I(); }; const i = f(); this.i = (i as any).k(); } }
class TryIn extends Base { constructor() { const f = () => { try { super((() => { throw new Error('arg'); })()); } catch (e) { super((e as Error).message); } finally { console.log(this.x); } }; f(); } }
class Params extends Base { constructor(public p = 5, q = () => super(p)) { super(p); t(() => (void 0)); console.log(t(q)); } }
class NullProto extends (null as any) { constructor() { (() => super())(); } }
const mixin = (P: any) => class extends P { z = 'z'; constructor(...a: any[]) { const go = (...b: any[]) => super(...b); go(...a, 'm'); } };
class Err extends Error { constructor() { const s = () => super('msg', { cause: 1 }); s(); this.name = 'Err'; } }
class Arr extends Array { constructor(...n: any[]) { (() => super(...n))(); } }
export async function main() {
  const d = new D(); await tick(); console.log(await d.later, await d.m(), D.s(), D.block, d.arrow());
  console.log(t(() => new Throws())); await tick(); const s = saved(); console.log(s instanceof Throws, s.x); await tick(); console.log(t(saved));
  const o: any = {}; const r: any = new Returns(o); await tick(); console.log(r.y, t(() => o.again(2)), o.self() === r);
  const o2: any = { stop: true }; new Returns(o2); await tick(); console.log(t(o2.self)); const r2 = o2.again(3); await tick(); console.log(r2.y, o2.self() === r2, t(() => o2.again(4)));
  console.log(new Computed().i, new TryIn().x, new Params().x, String(t(() => new NullProto())).slice(0, 9));
  const M = mixin(mixin(Base)); const m = new M(1); await tick(); console.log(m.x, m.z, Object.keys(m).join());
  const e = new Err(); const a = new Arr(1, 2, 3); await tick(); console.log(e.name, e.message, e.cause, e instanceof Err, a.length, a instanceof Arr, a.map((v) => v * 2).join());
  console.log(Reflect.construct(D, [], Base) instanceof D);
}

// expect: true,baseasync,async baseasyncbaseasync bsds bs baseasync
// expect: Error: no
// expect: true saved
// expect: ReferenceError: Super constructor may only be called once
// expect: 1! ReferenceError: Super constructor may only be called once true
// expect: ReferenceError: Must call super constructor in derived class before accessing 'this' or returning from derived constructor
// expect: 3! true ReferenceError: Super constructor may only be called once
// expect: arg
// expect: ReferenceError: Super constructor may only be called once
// expect: 1 arg 5 TypeError
// expect: 1 z x,z
// expect: Err msg 1 true 3 true 2,4,6
// expect: false
// expect: returned undefined
