export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  let count = 0;
  const base = tick('v');
  const chains = [1, 2, 3].map((n) => base.then((v) => { count += n; return v + n; }));
  const failing = fail('bad');
  const handled = failing.then(() => 'no', (e) => { log.push('h ' + e.message); throw new TypeError('again'); });
  const last = handled.catch((e) => e.name).finally(() => { log.push('fin'); });
  await tick();
  const late = base.then((v) => v + 'late');
  await tick();
  console.log((await Promise.all(chains)).join(), count, await last, await late, log.join());
  const then = Promise.prototype.then;
  console.log(await then.call(base, (x: any) => x + '!'), await base.then(5 as any), await base.finally(null as any), await failing.then(undefined, (e) => e.message));
}

// expect: v1,v2,v3 6 TypeError vlate h bad,fin
// expect: v! v v bad
// expect: returned undefined
