export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).message; } };
const o: any = { a: 1 }; let q: any = null;
export async function main() {
  const l: any = { k: 1 }; const cap = () => l; await tick();
  console.log(t(() => o.nope(1)), '|', t(() => o.nope.x), '|', t(() => q()), '|', t(() => q.x), '|', t(() => l.f()), '|', t(() => new o.a()), '|', t(() => o.nope`x`), '|', t(() => l.f`x`), '|', t(() => { q.z = 1; }), '|', t(() => { const { w } = q; return w; }), '|', t(() => o.a.b.c), '|', t(() => 'x' in q), '|', t(() => ({}) instanceof q), '|', t(() => [...o]), '|', t(() => l.k()), '|', t(() => (void 0 as any)()), '|', t(() => q?.x.y.z), '|', t(() => o.m?.().n), '|', t(() => cap().x.y));
}

// expect: o.nope is not a function | Cannot read properties of undefined (reading 'x') | q is not a function | Cannot read properties of null (reading 'x') | l.f is not a function | o.a is not a constructor | o.nope is not a function | l.f is not a function | Cannot set properties of null (setting 'z') | Cannot destructure property 'w' of 'q' as it is null. | Cannot read properties of undefined (reading 'c') | Cannot use 'in' operator to search for 'x' in null | Right-hand side of 'instanceof' is not an object | o is not iterable | l.k is not a function | (void 0) is not a function | undefined | undefined | Cannot read properties of undefined (reading 'y')
// expect: returned undefined
