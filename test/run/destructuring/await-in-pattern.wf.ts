export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const src = { get a() { log.push('get a'); return undefined; }, get b() { log.push('get b'); return 2; } };
  const { a = (log.push('dflt'), await tick('A')), b, [(log.push('key'), await tick('zz'))]: z = 'Z' } = src as any;
  const it = { [Symbol.iterator]() { let n = 0; return { next() { log.push('next'); return { value: n++ ? n : undefined, done: false }; }, return() { log.push('return'); return {}; } }; } };
  const [p = await tick('P'), q] = it as any;
  try { const [r = await fail('x')] = it as any; void r; } catch (e) { log.push((e as Error).message); }
  console.log(a, b, z, p, q, log.join());
}

// expect: A 2 Z P 2 get a,dflt,get b,key,next,next,return,next,return,x
// expect: returned undefined
