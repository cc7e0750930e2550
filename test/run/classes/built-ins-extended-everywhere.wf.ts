export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
class Stack<T> extends Array<T> { top() { return this[this.length - 1]; } override push(...x: T[]) { log.push('push'); return super.push(...x); } get last() { return this.at(-1); } static override from(x: any): any { return super.from(x); } }
class Weird extends Array { constructor(...a: any[]) { super(...a); this.extra = a.length; } extra: number; static override get [Symbol.species]() { return Weird; } }
class DefMap<K, V> extends Map<K, V> { #make; constructor(make: () => V, init?: [K, V][]) { super(init ?? []); this.#make = make; } override get(k: K): V { if (!this.has(k)) this.set(k, this.#make()); return super.get(k)!; } override *[Symbol.iterator](): any { for (const [k, v] of super.entries()) yield [k, v, 'it']; } }
class USet extends Set<any> { union2(o: Iterable<any>) { const r = new USet(this); for (const x of o) r.add(x); return r; } get [Symbol.toStringTag]() { return 'USet'; } }
class HttpError extends Error { override name = 'HttpError'; status; constructor(status: number, o?: ErrorOptions) { super(`status ${status}`, o); this.status = status; } get retry() { return this.status >= 500; } static of(e: unknown) { return new this(500, { cause: e }); } override toString() { return `${super.toString()} (${this.status})`; } }
class NotFound extends HttpError { constructor() { super(404); } }
class Agg extends AggregateError { constructor(es: any[]) { super(es, 'agg'); } }
class Task extends Promise<any> { label = 'task'; static n = 0; constructor(ex: any) { super(ex); Task.n++; } static override get [Symbol.species]() { return Promise; } delay() { return this.then((v: any) => v + 1); } }
class Chain extends Promise<any> { override then(f: any, r?: any): any { log.push('then'); return super.then(f, r); } static make(v: any) { return new this((ok: any) => ok(v)); } }
class Day extends Date { next() { const d = new Day(this); d.setUTCDate(d.getUTCDate() + 1); return d; } override toJSON() { return 'day:' + super.toJSON().slice(0, 10); } }
class Re extends RegExp { hits = 0; override exec(s: string) { this.hits++; return super.exec(s); } }
class Num extends Number { double() { return +this * 2; } } class Str extends String { shout() { return this.toUpperCase() + '!'; } }
class Fn { static call2 = function (this: any) { return this; }; }
const log: string[] = [];
export async function main() {
  const s = Stack.from([1, 2]) as Stack<number>; s.push(3); await tick(); s.push(4); await tick();
  console.log(s.top(), s.last, s.length, s instanceof Stack, s.map(String) instanceof Stack, s.slice(1).top(), s.concat([9]).top(), [...s].join(), log.join(), Array.isArray(s), JSON.stringify(s), s.filter((x) => x > 2).length);
  const w = new Weird(1, 2, 3); await tick(); const w2 = w.map((x: any) => x); console.log(w.extra, w2.extra, w2 instanceof Weird, w2.length); w.length = 1; await tick(); console.log(w.length, w.extra);
  const d = new DefMap<string, number[]>(() => [], [['z', [0]]]); d.get('a').push(1); await tick(); d.get('a').push(2); d.get('b'); await tick(); console.log(JSON.stringify([...d]), d.size, d.get('a').join());
  const u = new USet([1]).union2([2]); await tick(); u.add(3); await tick(); console.log([...u].join(), String(u), u instanceof USet, u.size);
  const e = HttpError.of(new NotFound()); await tick(); console.log(String(e), e.retry, (e.cause as any).status, e.cause instanceof NotFound, e instanceof HttpError, Object.keys(e).join(), (e.cause as any).name, (e as any).stack.split('\n')[0]);
  const ag = new Agg([1, e]); await tick(); console.log(ag.errors.length, ag.errors[1] === e, ag.message, ag instanceof AggregateError);
  const task = new Task((ok: any) => void tick(1).then(ok)); const dl = task.delay(); await tick(); console.log(await task, await dl, dl instanceof Task, dl instanceof Promise, Task.n, task.label, await Task.all([task, 2]));
  const c = Chain.make(5); await tick(); console.log(await c, await c.finally(() => {}), log.filter((x) => x === 'then').length); const rej = (Chain as any).reject(new Error('x')); await tick(); console.log(await rej.catch((er: any) => er.message));
  const day = new Day(Date.UTC(2024, 1, 28)); await tick(); const n = day.next().next(); await tick(); n.setUTCHours(5); await tick(); console.log(JSON.stringify([day, n]), n instanceof Day, n.getUTCHours());
  const re = new Re('a(.)', 'g'); const m = re.exec('abac'); await tick(); re.test('abac'); await tick(); console.log(m![1], re.hits, re.lastIndex, 'xaby'.replace(re, '[$1]'), re.hits, re instanceof Re, re.flags);
  const nn = new Num(4), ss = new Str('hi'); await tick(); console.log(nn.double(), ss.shout(), ss.length, ss[1], typeof nn, nn + 1);
  const o = Object.create({ inherited: 1 }, { x: { get() { return 'gx'; }, enumerable: true }, y: { value: 1, writable: true } }); await tick(); o.y = 2; await tick(); console.log(o.x, o.y, o.inherited, Object.keys(o).join(), t(() => { o.x = 1; }));
  const frozen = Object.freeze({ a: [1], get b() { return this.a.length; } }); await tick(); frozen.a.push(2); await tick(); console.log(frozen.b, t(() => { (frozen as any).c = 1; }), Object.isFrozen(frozen)); const sealed = Object.seal({ s: 1 }); await tick(); sealed.s++; await tick(); console.log(sealed.s, t(() => { delete (sealed as any).s; }));
  const acc: any = {}; Object.defineProperties(acc, { p: { get() { return this._p ?? 'none'; }, set(v) { this._p = v; }, configurable: true, enumerable: false } }); await tick(); acc.p = 5; await tick(); console.log(acc.p, Object.keys(acc).join(), Object.getOwnPropertyDescriptor(acc, 'p')!.set!.name); delete acc.p; await tick(); console.log(acc.p, Fn.call2 === Fn.call2);
  const bound = s.push.bind(s, 7); await tick(); bound(); console.log(s.top(), bound.name, log.length); const ref = Reflect.construct(HttpError, [503], NotFound); await tick(); console.log(ref instanceof NotFound, ref.status, Reflect.ownKeys(ref).join());
}

// expect: 4 4 4 true true 4 9 1,2,3,4 push,push true [1,2,3,4] 2
// expect: 3 1 true 3
// expect: 1 3
// expect: [["z",[0],"it"],["a",[1,2],"it"],["b",[],"it"]] 3 1,2
// expect: 1,2,3 [object USet] true 3
// expect: HttpError: status 500 (500) true 404 true true name,status HttpError HttpError: status 500
// expect: 2 true agg true
// expect: 1 2 false true 1 task [ 1, 2 ]
// expect: 5 5 5
// expect: x
// expect: ["day:2024-02-28","day:2024-03-01"] true 5
// expect: b 2 4 x[b]y 4 true g
// expect: 8 HI! 2 i object 5
// expect: gx 2 1 x TypeError: Cannot set property x of #<Object> which has only a getter
// expect: 2 TypeError: Cannot add property c, object is not extensible true
// expect: 2 TypeError: Cannot delete property 's' of #<Object>
// expect: 5 _p set
// expect: undefined true
// expect: 7 bound push 10
// expect: true 503 stack,message,name,status
// expect: returned undefined
