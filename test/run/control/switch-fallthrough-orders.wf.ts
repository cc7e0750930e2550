export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const c = async (x: unknown) => { log.push('c' + String(x)); return tick(x); };
  const run = async (v: unknown) => {
    log.length = 0;
    switch (v) {
      default: log.push('D');
      case await c(1): log.push('1');
      case await c('1'): { log.push('s1'); if (v === 1) break; }
      case (log.push('c-sync'), NaN): await tick(); log.push('nan');
    }
    return log.join('');
  };
  console.log(await run(1), await run('1'), await run(NaN), await run(undefined));
  switch (await tick(3)) {}
  switch (3 as number) { case await tick(4): console.log('no'); }
  switch (true) { case (await tick(1)) > 2: console.log('no'); break; case (await tick(3)) > 2: console.log('yes'); }
}

// expect: c11s1 c1c1s1nan c1c1c-syncD1s1nan c1c1c-syncD1s1nan
// expect: yes
// expect: returned undefined
