export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const t = (then: any) => ({ then }) as any;
  const cases = [
    t((ok: any, no: any) => { ok(1); ok(2); no(3); }),
    t((ok: any) => { ok('x'); throw new Error('late'); }),
    t(() => { throw new Error('early'); }),
    t((_: any, no: any) => no('rejected')),
    t((ok: any) => ok(t((ok2: any) => ok2('deep')))),
    t((ok: any) => { tick().then(() => ok('async')); }),
    { then: 5 },
    Object.assign(() => 1, { then: (ok: any) => ok('fn') }),
  ];
  for (const c of cases) { try { const v: any = await c; log.push(typeof v === 'object' ? 'obj' : v); } catch (e: any) { log.push('!' + (e.message ?? e)); } }
  console.log(log.join());
  const all = await Promise.allSettled(cases);
  console.log(all.map((s: any) => s.value?.then ?? s.value ?? s.reason.message ?? s.reason).join());
  const kept = new Promise((ok) => ok(t((ok2: any) => { log.push('called'); ok2('kept'); })));
  log.push('sync');
  await tick();
  console.log(await kept, log.slice(-2).join());
}

// expect: 1,x,!early,!rejected,deep,async,obj,fn
// expect: 1,x,early,rejected,deep,async,5,fn
// expect: kept sync,called
// expect: returned undefined
