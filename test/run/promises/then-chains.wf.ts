// not in store: what it prints depends on which effect ends first
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const p = tick(1).then((x) => { log.push('t' + x); return tick(x + 1); }).then((x) => { log.push('u' + x); throw new Error('e'); }).catch((e) => { log.push(e.message); return 'c'; }).finally(() => { log.push('f'); });
  await tick();
  log.push('main');
  console.log(await p, log.join());
}

// expect: c t1,main,u2,e,f
// expect: returned undefined
