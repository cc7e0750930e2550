import { sleep } from 'perdure';

export async function main() {
  const log: string[] = [];
  for (let i = 0; i < 3; i++) {
    try { await sleep(i); if (i === 1) continue; log.push('slept' + i); } finally { await sleep('1 ms'); log.push('f' + i); }
  }
  const naps = [1, 2].map((ms) => async () => { await sleep(ms); return ms; });
  for (const nap of naps) log.push(String(await nap()));
  const aliases = { sleep, nap: sleep };
  await aliases.nap(1);
  await (0, aliases.sleep)(1);
  console.log(log.join());
  for (const bad of [-1, 'soon', NaN]) { try { await sleep(bad); } catch (e) { log.push((e as Error).name); } }
  console.log(log.slice(-3).join());
}

// expect: slept0,f0,f1,slept2,f2,1,2
// expect: RangeError,RangeError,RangeError
// expect: returned undefined
