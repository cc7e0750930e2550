import { CancelledError, sleep, TimeoutError, withTimeout } from 'perdure';

export declare function tick<T>(value?: T): Promise<T>;

async function patient(ms: number): Promise<string> {
  try {
    await sleep(ms);
    return 'done';
  } finally {
    await tick();
    console.log('cleaned up after', ms);
  }
}

async function attempt(what: () => Promise<unknown>): Promise<void> {
  try {
    console.log('returned', await what());
  } catch (error: any) {
    console.log(error.name, error.code, error.message, error instanceof TimeoutError, error instanceof CancelledError);
  }
}

export async function main() {
  await attempt(() => withTimeout('1 minute', () => patient(5)));
  await attempt(() => withTimeout('20ms', () => patient(500)));
  await attempt(() => withTimeout('1 minute', async () => { await tick(); throw new RangeError('own'); }));
  // Who catches it ends as it likes.
  await attempt(() => withTimeout(20, async () => { try { await patient(5000); } catch { return 'anyway'; } }));
  // The inner one is over first; the outer goes on.
  await attempt(() => withTimeout('1 minute', async () => {
    await attempt(() => withTimeout(20, () => patient(400)));
    return 'outer';
  }));
  // The outer one ends the inner.
  await attempt(() => withTimeout(20, () => withTimeout('1 minute', () => patient(400))));
  await attempt(() => Promise.all([withTimeout(200, () => patient(3000)), withTimeout('1 minute', () => patient(10))]));
}

// expect: cleaned up after 5
// expect: returned done
// expect: cleaned up after 500
// expect: TimeoutError timeout Timed out after 20ms true false
// expect: RangeError undefined own false false
// expect: cleaned up after 5000
// expect: returned anyway
// expect: cleaned up after 400
// expect: TimeoutError timeout Timed out after 20 ms true false
// expect: returned outer
// expect: cleaned up after 400
// expect: TimeoutError timeout Timed out after 20 ms true false
// expect: cleaned up after 10
// expect: cleaned up after 3000
// expect: TimeoutError timeout Timed out after 200 ms true false
// expect: returned undefined
