import { sleep } from 'perdure';
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const slow = (async () => { await sleep(2000); return 'slow'; })();
  console.log(await Promise.race([slow, tick('effect')]), await Promise.race([sleep(3000), sleep(10).then(() => 'timer')]));
  const timeout = <T>(p: Promise<T>, ms: number) => Promise.race([p, sleep(ms).then(() => { throw new Error('timeout'); })]);
  console.log(await timeout(tick('in time'), 2500));
  try { await timeout(new Promise(() => {}), 10); } catch (e) { console.log((e as Error).message); }
}

// expect: effect timer
// expect: in time
// expect: timeout
// expect: returned undefined
