export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
const sym = Symbol.for('sym');
const key = (k: string) => { order.push(k); return k; };
const order: string[] = [];
function counterClass(n: number) {
  return class Counter { static made = 0; static #secret = n; #id = ++Counter.made; static { this.made += 0; } static peek() { return this.#secret; } static get s() { return Counter.#secret; } static set s(v) { Counter.#secret = v; } id() { return this.#id; } get [sym]() { return 'sym' + n; } static async *gen() { yield n; yield await tick(n + 1); } *[Symbol.iterator]() { yield this.#id; yield n; } has(o: any) { return #id in o; } };
}
class Acc { #v = 1; get v() { return this.#v; } set v(x) { this.#v = x; } static get st() { return 'st'; } get ['comp' + 'uted']() { return 'c'; } static 'quoted key' = 1; 42 = 'num'; 'a-b' = 2; static async = 1; get = 2; set = 3; static static = 4; static get() { return 'get'; } await() { return 'aw'; } async async() { return await tick('async'); } }
class Order { [key('a')] = order.push('init a'); static [key('b')] = order.push('init b'); [key('c')]() {} static { order.push('block'); } static [key('d')] = order.push('init d'); }
abstract class Shape<T> { abstract area(): number; declare kind: string; readonly name!: string; protected constructor(protected side: T) {} static make<U>(this: new (s: U) => any, s: U): any; static make(this: any, s: any) { return new this(s); } toString() { return `${this.constructor.name}:${this.area()}`; } }
class Square extends Shape<number> { constructor(s: number) { super(s); } override area() { return this.side ** 2; } }
class MyMap<K, V> extends Map<K, V> { tag = 'm'; override get(k: K) { return (super.get(k) ?? 'none') as any; } static override get [Symbol.species]() { return Map; } }
class Arr2 extends Array<number> { sum() { return this.reduce((a, b) => a + b, 0); } static override get [Symbol.species]() { return Array; } }
class P2 extends Promise<any> { tag = 'p2'; static override resolve(v: any): any { return super.resolve(v); } override then(a: any, b?: any): any { return super.then(a, b); } }
class E2 extends RangeError { code; constructor(m: string, code: number) { super(m); this.code = code; this.name = 'E2'; } }
export async function main() {
  const A = counterClass(1), B = counterClass(2);
  const a = new A(), b = new B(), a2 = new A(); await tick();
  console.log(a.id(), a2.id(), b.id(), A.peek(), B.peek(), (a as any)[sym], a.has(b), a.has(a2), [...a2].join(), t(() => (A.peek as any).call(B)));
  A.s = 10; await tick(); console.log(A.s, B.s, A.made, [...a].join()); for await (const g of B.gen()) console.log(g);
  const acc = new Acc(); acc.v++; await tick(); console.log(acc.v, Acc.st, (acc as any).computed, Acc['quoted key'], acc[42], acc['a-b'], Acc.async, acc.get, acc.set, Acc.static, Acc.get(), acc.await(), await acc.async(), Object.keys(acc).join());
  new Order(); console.log(order.join());
  const s = (Square as any).make(3); await tick(); console.log(String(s), s instanceof Shape, t(() => new (Shape as any)(1).area));
  const m = new MyMap([[1, 'x']]); await tick(); m.set(2, 'y'); await tick(); console.log(m.get(1), m.get(9), m.tag, m.size, m instanceof MyMap, [...m.keys()].join());
  const r = Arr2.from([1, 2, 3]) as Arr2; await tick(); r.push(4); console.log(r.sum(), r.length, r.map((x) => x) instanceof Arr2, r.filter(Boolean).constructor === Array, JSON.stringify(r));
  const p = new P2((ok: any) => void tick(5).then(ok)); const q = p.then((v: any) => v + 1); await tick(); console.log(q instanceof P2, q.tag, await q, await P2.resolve(3), await P2.all([p, 1]));
  const e = new E2('m', 7); await tick(); console.log(e.name, e.code, e.message, e instanceof RangeError, String(e), Object.keys(e).join());
  const C = class { static n = C2(); }; function C2() { return 'fn'; } console.log(C.n, C.name, (class {}).name, (class { static name = 'own'; }).name);
  const fns: any[] = []; for (let i = 0; i < 2; i++) { class L { static i = i; get() { return i + L.i; } } fns.push(L); await tick(); i += 0; } console.log(fns.map((L) => new L().get()).join(), fns[0] === fns[1]);
  function NT(this: any) { return new.target === undefined ? 'call' : ((this.nt = new.target === NT), this); } console.log((NT as any)(), new (NT as any)().nt, Reflect.construct(NT, [], class {}).nt);
  const o = { get x() { return super.toString === Object.prototype.toString; }, set x(v) { (this as any)._x = v; }, async m() { return await tick(super.valueOf === Object.prototype.valueOf); }, *g() { yield* [1, 2]; }, ['a' + 1]: 1, 'b c': 2, 3: 3, __proto__: { inherited: 1 } };
  o.x = 5 as any; await tick(); console.log(o.x, (o as any)._x, await o.m(), [...o.g()].join(), Object.keys(o).join(), (o as any).inherited);
  const d = Object.defineProperty({} as any, 'p', { get() { return 'g'; }, configurable: true }); await tick(); Object.defineProperty(d, 'p', { value: 2, writable: false, enumerable: true }); await tick(); console.log(d.p, t(() => { d.p = 3; }), JSON.stringify(Object.getOwnPropertyDescriptors(d)));
  console.log(typeof class { constructor() { return () => 1; } }, t(() => (Acc as any)()), t(() => new (class extends (5 as any) {})()), t(() => new (class extends (null as any) {})()));
}

// expect: 1 2 1 1 2 sym1 false true 2,1 TypeError: Cannot read private member #secret from an object whose class did not declare it
// expect: 10 2 2 1,1
// expect: 2
// expect: 3
// expect: 2 st c 1 num 2 1 2 3 4 get aw async 42,a-b,get,set
// expect: a,b,c,d,init b,block,init d,init a
// expect: Square:9 true undefined
// expect: x none m 2 true 1,2
// expect: 10 4 false true [1,2,3,4]
// expect: true p2 6 3 [ 5, 1 ]
// expect: E2 7 m true E2: m code,name
// expect: fn C  own
// expect: 0,2 false
// expect: call true false
// expect: true 5 true 1,2 3,x,m,g,a1,b c,_x 1
// expect: 2 TypeError: Cannot assign to read only property 'p' of object '#<Object>' {"p":{"value":2,"writable":false,"enumerable":true,"configurable":true}}
// expect: function TypeError: Class constructor Acc cannot be invoked without 'new' TypeError: Class extends value 5 is not a constructor or null TypeError: Super constructor null of anonymous class is not a constructor
// expect: returned undefined
