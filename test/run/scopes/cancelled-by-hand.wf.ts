// send: news 1
import { CancelledError, channel, scope, sleep } from 'perdure';

export declare function tick<T>(value?: T): Promise<T>;
const news = channel<number>('news');

export async function main() {
  const log: string[] = [];
  const note = (name: string) => (error: any) => {
    log.push(`${name} ${error instanceof CancelledError} ${error.reason}`);
    throw error;
  };
  const error = await scope(async (s) => {
    s.run(() => sleep('1 hour').catch(note('sleep'))).catch(() => {});
    s.run(() => news.receive().then((n) => log.push(`got ${n}`)).catch(note('receive'))).catch(() => {});
    s.run(async () => { for await (const n of news) log.push(`heard ${n}`); }).catch(note('loop')).catch(() => {});
    await sleep(5);
    s.cancel('enough');
    s.cancel('again');
    log.push('goes on until it waits');
    try {
      await tick('never');
    } catch (thrown: any) {
      log.push(`body ${thrown.reason} ${JSON.stringify(thrown.effects)}`);
      log.push(await tick('cleaned up'));
      throw thrown;
    }
  }).catch((thrown) => thrown);
  console.log(error.message);
  for (const line of log.sort()) console.log(line);
  let run: any;
  await scope(async (s) => { run = s.run; });
  try {
    await run(tick);
  } catch (thrown: any) {
    console.log(thrown.message === 'The scope has ended: nothing can begin in it any more' || 'no');
  }
}

// expect: Cancelled: enough
// expect: body enough [{"name":"tick","args":["never"],"outcome":"not begun"}]
// expect: cleaned up
// expect: goes on until it waits
// expect: got 1
// expect: loop true enough
// expect: sleep true enough
// expect: true
// expect: returned undefined
