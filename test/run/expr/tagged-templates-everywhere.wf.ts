export declare function tick<T>(value?: T): Promise<T>;
const id = (s: TemplateStringsArray, ...v: any[]) => ({ s, v });
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
class T { static a = id`static ${1}`; b = id`field`; c = (x = id`dflt${2}`) => x; *g() { yield id`gen`; yield id`gen2`; } async *ag() { yield id`ag${await tick(3)}`; } static { this.a = id`block`; } get [id`key`.s[0]!]() { return 'computed'; } }
const o = { tag(s: TemplateStringsArray, ...v: any[]) { return [this === o, s.join('|'), ...v].join(); }, deep: { tag: (s: any) => s.raw[0] }, async at(s: any, v: any) { await tick(); return s[0] + v; }, ['c' + 1]: (s: any) => s[0], get getter() { return (s: any) => 'got ' + s[0]; }, method() { const arrow = () => super.toString === Object.prototype.toString; return arrow(); }, async am() { const f = async () => { await tick(); return super.hasOwnProperty('tag'); }; return await f(); } };
class S { v = 1; tag(s: any) { return s[0] + this.v; } static st(s: any) { return 'st' + s[0]; } } class S2 extends S { override v = 2; run() { return super.tag`sup`; } arrow() { return (() => super.tag`arr`)(); } static r() { return super.st`x`; } async later() { await tick(); return super.tag`later`; } #p(s: any) { return 'p' + s[0] + this.v; } priv() { return this.#p`priv`; } async privLater() { return this.#p`${await tick('x')}`; } }
function F(this: any, s?: any) { if (new.target) { this.nt = (() => new.target === F)(); this.later = async () => { await tick(); return new.target === F; }; } else return s[0]; }
export async function main() {
  const x = new T(), y = new T(); await tick(); console.log(T.a.s[0], x.b.s === y.b.s, x.c().s === y.c().s, x.c().v.join(), [...x.g()].map((r) => r.s[0]).join(), (await x.ag().next()).value.v[0], (x as any).key);
  console.log(o.tag`a${1}b${await tick(2)}c`, o.deep.tag`\x`, await o.at`p${5}`, (o as any).c1`q`, o.getter`z`, o.method(), await o.am(), (o.tag)`par`, (0, o.tag)`seq`);
  const s = new S2(); await tick(); console.log(s.run(), s.arrow(), S2.r(), await s.later(), s.priv(), await s.privLater());
  const f: any = new (F as any)(); await tick(); console.log(f.nt, await f.later(), (F as any)`call`);
  const curry = (a: any) => (b: any) => a[0] + b[0]; console.log((curry as any)`one``two`, ((await tick(0)), id)`x`.s[0], `${id`in${1}`.v[0]}`, (id`a` as any).s === (id`a` as any).s, new (function (this: any, q: any) { this.q = q; } as any)(id`arg`.s[0]).q);
  const sites = []; for (let i = 0; i < 3; i++) { sites.push(id`loop${i}`.s); await tick(); } console.log(new Set(sites).size, sites[0]!.raw === sites[1]!.raw, Object.isFrozen(sites[0]!.raw));
  const wm = new Map(); const memo = (s: TemplateStringsArray, ...v: any[]) => { if (!wm.has(s)) wm.set(s, v.join()); return wm.get(s); }; const use = (n: number) => memo`n${n}`; use(1); await tick(); console.log(use(2), use(3), wm.size);
  console.log(t(() => (undefined as any)`x`), t(() => (o as any).nope.x`y`), String.raw`a\n${1}\u{41}`, id`\u{bad} \xg`.s[0], id`\u{bad} \xg`.s.raw[0], id`line1
line2`.s[0]!.length);
  console.log(structuredClone(id`sc${1}`.s).length, JSON.stringify(id`js${1}`), [...id`sp${1}`.s].join(), id`😀\u{1F600}`.s[0], Object.getOwnPropertyDescriptor(id`d`.s, '0')!.writable, Object.getOwnPropertyNames(id`d`.s).join());
  const gen = (function* () { const got: any = yield id`y`; yield id`z${got}`; })(); gen.next(); await tick(); console.log((gen.next('sent').value as any).v[0]);
  label: for (const q of [1, 2]) { switch (id`${q}`.v[0]) { case 1: continue label; default: await tick(); break label; } }
}

// expect: block true true 2 gen,gen2 3 computed
// expect: true,a|b|c,1,2 \x p5 q got z true true true,par false,seq
// expect: sup2 arr2 stx later2 ppriv2 p2
// expect: true true call
// expect: onetwo x 1 false arg
// expect: 1 true true
// expect: 1 1 1
// expect: TypeError: undefined is not a function TypeError: Cannot read properties of undefined (reading 'x') a\n1\u{41} undefined \u{bad} \xg 11
// expect: 2 {"s":["js",""],"v":[1]} sp, 😀😀 false 0,length,raw
// expect: sent
// expect: returned undefined
