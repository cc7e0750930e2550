export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const p = Promise.resolve();
  const async1 = async () => { log.push('a1'); await null; log.push('a2'); await p; log.push('a3'); return 'ret'; };
  const run = () => {
    p.then(() => log.push('t1')).then(() => log.push('t2')).then(() => log.push('t3')).then(() => log.push('t4'));
    async1().then((x) => log.push(x));
    (async () => { try { await Promise.reject(new Error('r')); } catch { log.push('caught'); } finally { await null; log.push('finally'); } })();
    new Promise<void>((ok) => { log.push('executor'); ok(); log.push('after ok'); }).then(() => log.push('n1'));
    Promise.resolve({ then: (ok: () => void) => { log.push('thenable'); ok(); } } as any).then(() => log.push('n2'));
    (async () => { await { then: (ok: () => void) => { log.push('awaited thenable'); ok(); } }; log.push('n3'); })();
    log.push('sync end');
  };
  run();
  await tick();
  log.push('--');
  await tick();
  run();
  await tick();
  console.log(log.join());
}

// expect: a1,executor,after ok,sync end,t1,a2,caught,n1,thenable,awaited thenable,t2,a3,finally,n2,n3,t3,ret,t4,--,a1,executor,after ok,sync end,t1,a2,caught,n1,thenable,awaited thenable,t2,a3,finally,n2,n3,t3,ret,t4
// expect: returned undefined
