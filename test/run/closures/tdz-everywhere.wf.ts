export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { const v = f(); return typeof v === 'function' ? 'fn' : v; } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
const ta = async (f: () => unknown) => { try { return await f(); } catch (e) { return (e as Error).message; } };
export async function main() {
  console.log(t(() => typeof x), t(() => { x = 1; return 1; })); let x: any; console.log(typeof x);
  console.log(t(() => { class A extends A {} return A; }), t(() => { const f = class B extends (B as any) {}; return f; }));
  console.log(t(() => { const y = y2, y2 = 1; return y; }), t(() => { for (const i of [i]) return i; return 0; }), t(() => { for (let i = (() => i)(), j = 1; ; ) return [i, j]; }));
  console.log(t(() => { for (const k in { k }) return k; return 0; }));
  console.log(t(() => { switch (1 as number) { case 0: let z = 1; return z; case 1: return typeof z; } }), t(() => { switch (2 as number) { case 1: class Q {} case 2: return Q; } }));
  console.log(await ta(async () => { await tick(); const f = () => w; await tick(); f(); const w = 1; return w; }));
  console.log(await ta(async () => { const f = () => w; const r = [t(f)]; await tick(); let w = 'set'; await tick(); return r + f(); }));
  console.log(await ta(async () => { switch (await tick(1)) { case 0: let q = 1; case 1: await tick(); return q; } }));
  console.log(await ta(async () => { for (const v of await tick([1])) { await tick(); const g = () => later; console.log(t(g)); const later = v; await tick(); console.log(g()); } }));
  console.log(await ta(async () => { for (let i = await tick(0), get = () => i; i < 2; i++) { await tick(); if (i) return get(); } }));
  console.log(await ta(async () => { class C extends ((await tick(0), Object)) { static [await tick('k')] = () => C; } return (C as any).k() === C; }));
  console.log(await ta(async () => { class C { static x = t(() => C.name); static [await tick('n')] = typeof C; } return C.x + (C as any).n; }));
  console.log(await ta(async () => { const o = { a: await tick(1), b: t(() => o) }; return o.b; }));
  console.log(t(() => { try { throw [1]; } catch ([a, b = c, c]: any) { return [a, b, c]; } }));
  console.log(await ta(async () => { try { throw [1]; } catch ([a, b = await tick(c), c]: any) { return [a, b, c]; } }));
  console.log(t(() => { const { a = b, b } = {} as any; return a; }), t(() => { let [a = 1, b = a, c = d, d] = []; return [a, b, c, d]; }));
  console.log(t(() => { const f = (a = b, b = 1) => a; return f(); }), t(() => ((a, b = a, c = () => [a, b]) => c())(1, undefined, undefined)));
  console.log(t(() => delete (globalish as any).x)); const globalish = {};
  console.log(t(() => { x = (() => { throw new Error('rhs first'); })(); }), t(() => { undefinedBefore += 1; })); let undefinedBefore: any = 1;
  function hoist() { return [typeof inner, t(() => arrow)].join(); function inner() {} } console.log(hoist()); const arrow = 1;
  if (true) { console.log(t(() => blockFn())); function blockFn() { return 'block'; } }
  label: { const f = () => v; if (t(f)) break label; const v = 1; }
}

// expect: ReferenceError: Cannot access 'x' before initialization ReferenceError: Cannot access 'x' before initialization
// expect: undefined
// expect: ReferenceError: Cannot access 'A' before initialization ReferenceError: Cannot access 'B' before initialization
// expect: ReferenceError: Cannot access 'y2' before initialization ReferenceError: Cannot access 'i' before initialization ReferenceError: Cannot access 'i' before initialization
// expect: ReferenceError: Cannot access 'k' before initialization
// expect: ReferenceError: Cannot access 'z' before initialization ReferenceError: Cannot access 'Q' before initialization
// expect: Cannot access 'w' before initialization
// expect: ReferenceError: Cannot access 'w' before initializationset
// expect: Cannot access 'q' before initialization
// expect: ReferenceError: Cannot access 'later' before initialization
// expect: 1
// expect: undefined
// expect: 0
// expect: true
// expect: Cfunction
// expect: ReferenceError: Cannot access 'o' before initialization
// expect: ReferenceError: Cannot access 'c' before initialization
// expect: Cannot access 'c' before initialization
// expect: ReferenceError: Cannot access 'b' before initialization ReferenceError: Cannot access 'd' before initialization
// expect: ReferenceError: Cannot access 'b' before initialization [ 1, 1 ]
// expect: ReferenceError: Cannot access 'globalish' before initialization
// expect: Error: rhs first ReferenceError: Cannot access 'undefinedBefore' before initialization
// expect: function,ReferenceError: Cannot access 'arrow' before initialization
// expect: block
// expect: returned undefined
