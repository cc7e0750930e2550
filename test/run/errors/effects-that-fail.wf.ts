export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const attempt = async <T,>(f: () => Promise<T>, times: number): Promise<T | string> => {
    for (let i = 1; ; i++) { try { return await f(); } catch (e) { log.push(`${i}:${(e as Error).message}`); if (i === times) return 'gave up'; await tick(); } finally { log.push('f' + i); } }
  };
  let n = 0;
  console.log(await attempt(() => fail('always'), 2), await attempt(async () => { if (n++ < 2) await fail('twice' + n); return tick('ok'); }, 5), log.join());
  const errors = await Promise.all([fail('a').catch((e) => e), fail('b').then(null, (e) => e), fail('c').finally(() => tick()).catch((e) => e)]);
  console.log(errors.map((e) => e.message + (e instanceof Error) + e.name).join(), errors[0].cause);
  try { await Promise.all([tick(1), fail('x')].map((p) => p.catch((e) => { throw new TypeError('wrapped', { cause: e }); }))); } catch (e: any) { console.log(e.name, e.cause.message); }
}

// expect: gave up ok 1:always,f1,2:always,f2,1:twice1,f1,2:twice2,f2,f3
// expect: atrueError,btrueError,ctrueError undefined
// expect: TypeError x
// expect: returned undefined
