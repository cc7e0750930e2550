export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const source = (n: number, bad = '') => ({
    [Symbol.iterator]() {
      let i = 0;
      return {
        next() { log.push('n' + i); if (bad === 'next' && i === 1) throw new Error('next'); return { get value() { if (bad === 'value' && i === 2) throw new Error('value'); return i; }, done: i++ >= n }; },
        return() { log.push('ret'); if (bad === 'return') throw new Error('return'); return bad === 'prim' ? (1 as any) : {}; },
      };
    },
  });
  const t = async (f: () => Promise<unknown>) => { try { log.push(String(await f())); } catch (e) { log.push((e as Error).message.slice(0, 20)); } log.push('|'); };
  await t(async () => { const [a, b = await tick(9)] = source(5) as any; return a + b; });
  await t(async () => { const [a, b, c = await tick('c')] = source(1) as any; return [a, b, c]; });
  await t(async () => { const [, ...r] = source(3) as any; await tick(); return r; });
  await t(async () => { const [a, b = await tick(1)] = source(5, 'next') as any; return a + b; });
  await t(async () => { const [a, b = await tick(1)] = source(5, 'value') as any; return a + b; });
  await t(async () => { const [a = await tick(1)] = source(5, 'return') as any; return a; });
  await t(async () => { const [a = await tick(1)] = source(5, 'prim') as any; return a; });
  await t(async () => { const [{ x = await fail('inner') }] = source(5) as any; return x; });
  await t(async () => { const [] = source(5) as any; await tick(); return 'empty'; });
  console.log(log.join(' '));
}

// expect: n0 n1 ret 3 | n0 n1 1,,c | n0 n1 n2 n3 2,3 | n0 n1 next | n0 n1 value | n0 ret return | n0 ret Iterator result 1 is | n0 ret inner | ret empty |
// expect: returned undefined
