export declare function tick<T>(value?: T): Promise<T>;

class Countdown {
  from; closed = 0;
  constructor(from: number) { this.from = from; }
  [Symbol.iterator]() { let n = this.from; return { next: () => (n > 0 ? { value: n--, done: false } : { value: 'ret', done: true }), return: (v?: unknown) => { this.closed++; return { value: v, done: true }; }, [Symbol.iterator]() { return this; } }; }
}
const lazy = <A, B>(src: Iterable<A>, f: (a: A) => B): Iterable<B> => ({ [Symbol.iterator]() { const it = src[Symbol.iterator](); return { next() { const r = it.next(); return r.done ? (r as any) : { value: f(r.value), done: false }; }, return() { it.return?.(); return { value: undefined as any, done: true }; } }; } });
export async function main() {
  const c = new Countdown(5) as Countdown & Iterable<number>;
  const mapped = lazy(lazy(c, (x) => x * 2), (x) => 'v' + x);
  for (const x of mapped) { await tick(); if (x === 'v6') break; }
  console.log(c.closed, [...mapped].join(), Math.max(...c), c.closed);
  const it = c[Symbol.iterator]();
  const [a, b] = it as any;
  await tick();
  console.log(a, b, c.closed, [...(it as any)].join(), new Set(c).size, Array.from(mapped, (s) => s.length).join(), new Map(lazy(c, (x) => [x, x] as const)).size);
  const zip = async (...srcs: Iterable<unknown>[]) => { const its = srcs.map((s) => s[Symbol.iterator]()); const out: string[] = []; for (;;) { const rs = its.map((i) => i.next()); if (rs.some((r) => r.done)) break; await tick(); out.push(rs.map((r) => r.value).join('')); } return out.join(); };
  console.log(await zip('abc', c, [true, false, null]), (await Promise.all(lazy(c, (x) => tick(x)))).join());
}

// expect: 1 v10,v8,v6,v4,v2 5 1
// expect: 5 4 2 3,2,1 5 3,2,2,2,2 5
// expect: a5true,b4false,c3 5,4,3,2,1
// expect: returned undefined
