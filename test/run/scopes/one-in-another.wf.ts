// differs: plain Node cannot end an await of a promise that something else settles
import { CancelledError, scope, sleep, withTimeout } from 'perdure';

export declare function tick<T>(value?: T): Promise<T>;

const log: string[] = [];

async function slowToClean(name: string): Promise<void> {
  try {
    await sleep('1 hour');
  } finally {
    await sleep(50);
    log.push(`${name} is clean`);
  }
}

async function tell(n: number, what: () => Promise<unknown>): Promise<void> {
  let line: string;
  try {
    line = `returned ${JSON.stringify(await what())}`;
  } catch (error: any) {
    line = `${error.name}: ${error.message}`;
  }
  console.log(n, line, log.splice(0).join());
}

export async function main() {
  // The outer one is cancelled while the inner cleans up: that is not disturbed, and its result gives way.
  await tell(1, () => withTimeout(20, async () => {
    try {
      await withTimeout(10, () => slowToClean('inner'));
    } catch (error: any) {
      log.push(`outer hears ${error.name}: ${error.message}`);
      throw error;
    }
  }));
  // Before that.
  await tell(2, () => withTimeout(3000, async () => {
    try {
      await withTimeout(10, () => slowToClean('inner'));
    } catch (error: any) {
      log.push(`outer hears ${error.name}: ${error.message}`);
    }
    await sleep('1 hour');
  }));
  // A scope that nobody awaits ends with the one around.
  await tell(3, () => scope(async () => {
    void scope(() => slowToClean('inner')).catch((error) => log.push(error.message));
    await tick();
    return 'body';
  }));
  // Both are cancelled at once: one error for all.
  await tell(4, () => scope(async (outer) => {
    const errors = new Set<unknown>();
    const note = (error: unknown) => { errors.add(error); throw error; };
    const parts = [
      scope(async () => { await sleep('1 hour'); }).catch(note),
      scope(async () => { await scope(async () => { await new Promise(() => {}); }); }).catch(note),
      outer.run(() => sleep('1 hour')).catch(note),
    ];
    await sleep(1);
    outer.cancel('all');
    await Promise.allSettled(parts).catch(note);
    return errors.size;
  }));
  // An inner one goes on in spite of it: so does the outer, as after any call that returns.
  await tell(5, () => withTimeout(10, async () => {
    const kept = await scope(async () => { try { await sleep('1 hour'); } catch (error) { return error instanceof CancelledError; } });
    return [kept, await tick('goes on')];
  }));
  // Many at once.
  await tell(6, () => scope(async (s) => {
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => s.run(() => withTimeout(10 + i, () => sleep(25)))));
    return results.filter(({ status }) => status === 'fulfilled').length;
  }));
  // One begun while another cleans up is whole.
  await tell(7, () => withTimeout(10, async () => {
    try {
      await sleep('1 hour');
    } catch (error) {
      log.push(await withTimeout(30, () => sleep('1 hour')).catch((inner) => inner.name));
      log.push(await withTimeout('1 minute', () => tick('clean')));
      throw error;
    }
  }));
}

// expect: 1 TimeoutError: Timed out after 20 ms inner is clean,outer hears CancelledError: Cancelled: it took longer than 20 ms
// expect: 2 TimeoutError: Timed out after 3000 ms inner is clean,outer hears TimeoutError: Timed out after 10 ms
// expect: 3 returned "body" inner is clean,Cancelled: the scope has ended
// expect: 4 returned 1
// expect: 5 returned [true,"goes on"]
// expect: 6 returned 24
// expect: 7 TimeoutError: Timed out after 10 ms TimeoutError,clean
// expect: returned undefined
