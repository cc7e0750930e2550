// differs: plain Node cannot end an await of a promise that something else settles
import { CancelledError, scope, sleep, withTimeout } from 'perdure';

export declare function tick<T>(value?: T): Promise<T>;

async function outcome(what: () => Promise<unknown>): Promise<string> {
  try {
    return `returned ${JSON.stringify(await what())}`;
  } catch (error: any) {
    return `${error.name}: ${error.message}`;
  }
}

export async function main() {
  // A promise that never settles, and one from outside.
  console.log(1, await outcome(() => withTimeout(10, () => new Promise(() => {}))));
  console.log(2, await outcome(() => withTimeout(10, async () => { await new Promise(() => {}); })));
  const outside = sleep('1 hour').then(() => 'outside');
  console.log(3, await outcome(() => withTimeout(10, async () => await outside)));
  console.log(4, await outcome(() => withTimeout(10, () => Promise.all([outside, sleep(5)]))));
  // One that only another task of the scope would settle.
  console.log(5, await outcome(() => withTimeout(10, async (s) => {
    let resolve: any;
    const gate = new Promise((r) => { resolve = r; });
    void s.run(async () => { await sleep('1 hour'); resolve('open'); });
    return await gate;
  })));
  // Two that wait for each other.
  console.log(6, await outcome(() => withTimeout(10, async (s) => {
    const both: Promise<unknown>[] = [];
    both[0] = s.run(async () => { await tick(); return await both[1]; });
    both[1] = s.run(async () => { await tick(); return await both[0]; });
    return await Promise.all(both);
  })));
  // A task that goes on after all: the await of it goes on, too.
  console.log(7, await outcome(() => withTimeout(10, async (s) => {
    const stubborn = s.run(async () => { try { await sleep('1 hour'); } catch { await tick(); return 'stubborn'; } });
    return await stubborn;
  })));
  // … and what else it waits for does not hold it up.
  console.log(8, await outcome(() => withTimeout(10, async (s) => {
    const stubborn = s.run(async () => { try { await sleep('1 hour'); } catch { await tick(); return 'stubborn'; } });
    return await Promise.allSettled([stubborn, outside]);
  })));
  // An await in a clean-up is like any other.
  const soon = sleep(300).then(() => 'soon');
  console.log(9, await outcome(() => withTimeout(10, async () => {
    try { await sleep('1 hour'); } catch (error) { console.log('meanwhile', await soon, error instanceof CancelledError); throw error; }
  })));
  // What a call without await has begun belongs to the scope.
  const log: string[] = [];
  async function floating(name: string) { try { await new Promise(() => {}); } finally { await tick(); log.push(name); } }
  await scope(async () => { const f = floating('a'); f.catch(() => {}); void floating('b').catch(() => {}); await tick(); });
  console.log(10, log.join());
  console.log(11, await outcome(() => scope(async () => { void (async () => { await tick(); throw new RangeError('lost'); })(); await sleep(5); })));
  // A generator goes on in the scope of who asks.
  async function* numbers() { try { for (let i = 0; ; i++) { yield i; await new Promise(() => {}); } } finally { log.push('closed'); } }
  const source = numbers();
  console.log(12, await outcome(() => withTimeout(10, async () => { for await (const n of source) log.push(`n${n}`); })), log.join());
  // Handlers belong to the scope in which they were given; when it has ended, to the one around.
  let later: any;
  await scope(async () => { later = sleep(5).then(() => sleep(1), () => tick('after')); });
  console.log(13, await later);
  const query = { then(resolve: any, reject: any) { sleep('1 hour').then(resolve, reject); } };
  console.log(14, await outcome(() => withTimeout(10, async () => await query)));
  console.log(15, await outcome(() => withTimeout(10, async () => query)));
}

// expect: 1 TimeoutError: Timed out after 10 ms
// expect: 2 TimeoutError: Timed out after 10 ms
// expect: 3 TimeoutError: Timed out after 10 ms
// expect: 4 TimeoutError: Timed out after 10 ms
// expect: 5 TimeoutError: Timed out after 10 ms
// expect: 6 TimeoutError: Timed out after 10 ms
// expect: 7 returned "stubborn"
// expect: 8 TimeoutError: Timed out after 10 ms
// expect: meanwhile soon true
// expect: 9 TimeoutError: Timed out after 10 ms
// expect: 10 a,b
// expect: 11 RangeError: lost
// expect: 12 TimeoutError: Timed out after 10 ms a,b,n0,closed
// expect: 13 after
// expect: 14 TimeoutError: Timed out after 10 ms
// expect: 15 TimeoutError: Timed out after 10 ms
// expect: returned undefined
