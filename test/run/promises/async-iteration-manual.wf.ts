export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const pages = (n: number) => ({
    [Symbol.asyncIterator]() { let i = 0; return { async next() { await tick(); return i < n ? { value: { page: i++, rows: [i, i * 2] }, done: false } : { value: undefined, done: true }; }, async return(v?: unknown) { log.push('closed' + i); await tick(); return { value: v, done: true }; } }; },
  });
  outer: for await (const { page, rows: [a, b = await tick(0)] } of pages(5)) {
    for (const r of [a, b]) { if (r === 4) continue outer; if (page === 3) break outer; await tick(); log.push(`${page}:${r}`); }
  }
  const f = async () => { for await (const p of pages(3)) { try { if (p.page === 1) return 'returned'; } finally { log.push('f' + p.page); await tick(); } } };
  log.push((await f())!);
  for await (const x of [fail('x').catch((e) => e.message), Promise.resolve({ n: 1 }).then((o) => o.n), 'plain']) log.push(String(x));
  try { for await (const x of [tick(1), fail('mid'), tick(3)]) log.push('got' + x); } catch (e) { log.push((e as Error).message); }
  const it = pages(1)[Symbol.asyncIterator]();
  console.log(JSON.stringify([await it.next(), await it.next()]), log.join());
}

// expect: [{"value":{"page":0,"rows":[1,2]},"done":false},{"done":true}] 0:1,0:2,1:2,2:3,2:6,4:5,4:10,f0,f1,closed2,returned,x,1,plain,got1,mid
// expect: returned undefined
