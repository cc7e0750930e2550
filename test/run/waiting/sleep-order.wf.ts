import { sleep } from 'perdure';

export async function main() {
  const log: string[] = [];
  const after = async (ms: number | string, name: string) => { await sleep(ms); log.push(name); return name; };
  const all = Promise.all([after(300, 'c'), after('20ms', 'a'), after(160, 'b')]);
  log.push('started');
  await sleep(0);
  log.push('zero');
  console.log((await all).join(), log.join());
  const p = sleep(5);
  console.log(await p, p instanceof Promise, await sleep(new Date(0)));
}

// expect: c,a,b started,zero,a,b,c
// expect: undefined true undefined
// expect: returned undefined
