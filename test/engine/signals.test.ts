/**
 * Signals: when an implementation is told to stop, and with what reason.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { compileApp, gate, pause, thrownBy, until, World } from '../support/app.ts';

const app = compileApp(`
  export declare function act(...args: any[]): Promise<any>;
  export declare function other(): Promise<any>;
  export const go = channel<any>('go');
  export async function once() { return await act(); }
  export async function beside() { const acted = act(); await other(); await go.receive(); return await acted; }
`, 'signals');

describe('the signal of an attempt', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open('postgres');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** An effect that goes on until it is told to stop. */
  function endless(policy: object = {}) {
    const signals: AbortSignal[] = [];
    const run = () => {
      const { signal } = effectContext();
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    return { signals, act: { run, ...policy } };
  }

  const aborted = (signals: AbortSignal[]) => until('the abort', () => signals[0]?.aborted && signals[0].reason as { code: string });

  test('is aborted when it takes too long', async () => {
    const { signals, act } = endless({ timeout: 20 });
    const engine = await world.working(app, { act, other: () => 0 });
    const run = await engine.start(app.once);
    expect(await aborted(signals)).toMatchObject({ code: 'effect_timeout' });
    await until('the doubt', async () => (await run.status()).inDoubt);
  });

  test('is heard of in the context of the attempt', async () => {
    const heard = gate<string>();
    const run = () => new Promise(() => effectContext().signal.addEventListener('abort', () => heard.open(effectContext().idempotencyKey)));
    const engine = await world.working(app, { act: { run, timeout: 20 }, other: () => 0 });
    const { uid } = await engine.start(app.once);
    expect(await heard.promise).toBe(`${uid}:1`);
  });

  test('is aborted when it falls silent', async () => {
    const { signals, act } = endless({ heartbeat: 20, idempotent: true });
    const engine = await world.working(app, { act, other: () => 0 });
    const run = await engine.start(app.once);
    expect(await aborted(signals)).toMatchObject({ code: 'effect_silent' });
    expect(await thrownBy(run.result())).toMatchObject({ code: 'effect_silent' });
  });

  test('is aborted when all attempts together take too long', async () => {
    const { signals, act } = endless({ retry: { within: 20 }, idempotent: true });
    const engine = await world.working(app, { act, other: () => 0 });
    const run = await engine.start(app.once);
    expect(await aborted(signals)).toMatchObject({ code: 'effect_timeout' });
    expect(await thrownBy(run.result())).toMatchObject({ code: 'effect_timeout' });
  });

  test('is aborted when the run is cancelled', async () => {
    const { signals, act } = endless();
    const engine = await world.working(app, { act, other: () => 0 });
    const run = await engine.start(app.once);
    await until('the effect', () => signals.length);
    await run.cancel();
    expect(await aborted(signals)).toMatchObject({ code: 'effect_cancelled' });
    expect(await thrownBy(run.result())).toMatchObject({ code: 'cancelled' });
  });

  test('is aborted when the run is terminated, and its effects are under way no more', async () => {
    const { signals, act } = endless({ retry: { attempts: 5, delay: 1 } });
    const engine = await world.working(app, { act, other: () => 0 });
    const run = await engine.start(app.once);
    await until('the effect', () => signals.length);
    await run.terminate();
    expect(await aborted(signals)).toMatchObject({ code: 'effect_dropped' });
    await pause(30);
    expect(signals).toHaveLength(1);
    const began = performance.now();
    await engine.close();
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('is aborted when somebody else has settled the call', async () => {
    const { signals, act } = endless();
    const engine = await world.working(app, { act: { ...act, run: () => (queueMicrotask(() => {}), act.run().catch(() => 'ignored')) }, other: () => 0 });
    const run = await engine.start(app.once);
    await until('the effect', () => signals.length);
    await world.store.inbox.sendToUid(run.uid, JSON.stringify({ result: 1, value: 'settled' }));
    expect(await run.result()).toBe('settled');
    expect(await aborted(signals)).toMatchObject({ code: 'effect_dropped' });
  });

  test('is aborted when the engine has waited long enough for it to end', async () => {
    const { signals, act } = endless();
    const engine = await world.working(app, { act, other: () => 0 });
    await engine.start(app.once);
    await until('the effect', () => signals.length);
    await engine.close({ deadline: 20 });
    expect(signals[0]!.reason).toMatchObject({ code: 'closing' });
  });

  test('is not aborted while its run waits in memory or asleep, nor after it has ended', async () => {
    const slow = gate<string>();
    const signals: AbortSignal[] = [];
    const engine = await world.working(app, {
      act: () => {
        signals.push(effectContext().signal);
        return slow.promise;
      },
      other: () => 0,
    });
    const run = await engine.start(app.beside);
    await pause(50);
    await run.send(app.go, 1);
    await pause(20);
    slow.open('done');
    expect(await run.result()).toBe('done');
    await engine.close();
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  });

  test('an implementation that fails for reasons of its own after the abort is heard', async () => {
    const engine = await world.working(app, {
      act: {
        timeout: 20,
        run: () =>
          new Promise((_resolve, reject) => {
            effectContext().signal.addEventListener('abort', () => setTimeout(() => reject(new RangeError('it was refused before')), 30));
          }),
      },
      other: () => 0,
    });
    const run = await engine.start(app.once);
    expect(await thrownBy(run.result())).toMatchObject({ name: 'RangeError', message: 'it was refused before' });
    expect((await run.status()).inDoubt).toBe(false);
  });
});
