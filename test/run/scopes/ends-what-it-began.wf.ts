import { CancelledError, scope, sleep } from 'perdure';

export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

async function worker(name: string, ms: number): Promise<string> {
  try {
    await sleep(ms);
    return name;
  } catch (error: any) {
    console.log(name, 'stops:', error.message);
    await tick();
    console.log(name, 'has cleaned up');
    throw error;
  } finally {
    console.log(name, 'finally');
  }
}

export async function main() {
  console.log(await scope(async () => 5), await scope(() => 6));
  console.log(
    'first',
    await scope(async (s) => {
      const a = s.run(worker, 'a', 10);
      void s.run(() => worker('b', 3_600_000));
      return await a;
    }),
  );
  try {
    await scope(async (s) => {
      void s.run(() => worker('c', 3_600_000));
      await tick();
      throw new Error('no');
    });
  } catch (error: any) {
    console.log(error.message);
  }
  // What the body itself begins belongs to it, too.
  const late = await scope(async () => {
    const slept = sleep('1 hour').then(() => 'late', (error) => error instanceof CancelledError);
    await tick();
    return { slept };
  });
  console.log(await late.slept);
  // An error that nobody listens to is the scope's.
  try {
    await scope(async (s) => {
      void s.run(() => fail('unheard'));
      await sleep(5);
    });
  } catch (error: any) {
    console.log('scope:', error.message);
  }
  const caught = await scope(async (s) => {
    const failing = s.run(async () => await fail('heard'));
    await sleep(5);
    return await failing.catch((error: any) => error.message);
  });
  console.log(caught);
}

// expect: 5 6
// expect: a finally
// expect: b stops: Cancelled: the scope has ended
// expect: b has cleaned up
// expect: b finally
// expect: first a
// expect: c stops: Cancelled: the scope has ended
// expect: c has cleaned up
// expect: c finally
// expect: no
// expect: true
// expect: scope: unheard
// expect: heard
// expect: returned undefined
