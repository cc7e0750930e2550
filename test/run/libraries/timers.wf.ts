// Timers of a package are sleeps of the run: they are due after restarts, and what they close over is state.
// differs: the harness's clock stands still but for timers
// not in store: it takes minutes
import { sleep } from 'perdure';
import { debounce, later, poll } from 'portable/timers.js';

export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const calls: string[] = [];
  const say = debounce((word: string) => {
    calls.push(word);
  }, 1000);
  say('one');
  await tick(1);
  say('two');
  await sleep(500);
  say('three');
  await sleep('2 s');
  console.log(calls);

  const started = Date.now();
  const seen = await poll((n: number) => (Date.now() - started) * 10 + n, 60_000, 3);
  console.log(seen);

  later((...words: string[]) => calls.push(words.join()));
  await sleep(10);
  return calls;
}

// expect: [ 'three' ]
// expect: [ 600000, 1200001, 1800002 ]
// expect: returned ["three","function,function,undefined","microtask","immediate","timeout"]
