// send: work 1
// send: work 2
// send: work 3
// send: work 4
// send: stop "enough"
import { channel, sleep } from 'perdure';

const work = channel<number>('work');
const stop = channel<string>('stop');
export async function main() {
  const done: number[] = [];
  const worker = async () => { for (let i = 0; i < 2; i++) done.push((await work.receive()) * 10); };
  await Promise.all([worker(), worker()]);
  console.log(done.sort((a, b) => a - b).join());
  const outcome = await Promise.race([stop.receive(), sleep('1 hour').then(() => 'late')]);
  const either = await Promise.race([work.receive({ timeout: 5 }), stop.receive({ timeout: 1000 })]);
  console.log(outcome, either);
}

// expect: 10,20,30,40
// expect: enough undefined
// expect: returned undefined
