/**
 * Retries: which errors, how long a pause, how long in all, and what a new worker makes of a pause that was begun.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext, type EffectPolicy } from '../../runtime/client.ts';
import { host } from '../../runtime/host.ts';
import { compileApp, KINDS, thrownBy, until, World } from '../support/app.ts';

const app = compileApp(`
  export declare function act(): Promise<any>;
  export const go = channel<any>('go');
  export async function once() { return await act(); }
  export async function beside() { const acted = act(); return [await go.receive(), await acted]; }
`, 'retry');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** Runs an effect that always fails, with this policy. Returns the moments of its attempts and what was thrown. */
  async function failing(retry: EffectPolicy['retry'], error: (attempt: number) => unknown, policy: EffectPolicy = {}) {
    const times: number[] = [];
    const engine = await world.working(app, {
      act: {
        ...policy,
        ...(retry ? { retry } : {}),
        run: () => {
          times.push(performance.now());
          throw error(effectContext().attempt);
        },
      },
    });
    const thrown = await thrownBy((await engine.start(app.once)).result());
    return { attempts: times.length, times, thrown };
  }

  class RateLimited extends Error {}
  class Throttled extends RateLimited {}

  test.each([
    ['the class of an error', ['RateLimited'], () => new Throttled('slow'), 3],
    ['its code', ['ECONNRESET'], () => Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 3],
    ['its name', ['Busy'], () => Object.assign(new Error('busy'), { name: 'Busy' }), 3],
    ['a code that is a number', ['429'], () => ({ code: 429 }), 3],
    ['none of them', ['RateLimited'], () => new TypeError('wrong'), 1],
    ['nothing', ['RateLimited'], () => 'text', 1],
  ])('`only` goes by %s', async (_, only, error, attempts) => {
    const result = await failing({ attempts: 3, delay: 1, only }, error);
    expect(result.attempts).toBe(attempts);
  });

  test('`except` rules out what `only` and `when` let through', async () => {
    const error = (attempt: number) => (attempt === 1 ? new RateLimited('again') : new Throttled('no more'));
    const { attempts } = await failing({ attempts: 5, delay: 1, only: ['RateLimited'], except: ['Throttled'], when: () => true }, error);
    expect(attempts).toBe(2);
  });

  test('a `when` that returns a promise answers nothing, and the error is final', async () => {
    const { attempts } = await failing({ attempts: 3, delay: 1, when: (async () => false) as never }, () => new Error('declined'));
    expect(attempts).toBe(1);
  });

  test('a first pause of more than a minute is one', async () => {
    const engine = await world.working(app, {
      act: {
        retry: { attempts: 2, delay: '2 hours', jitter: false },
        run: () => {
          throw new Error('closed at night');
        },
      },
    });
    const run = await engine.start(app.once);
    const [claim] = await until('the failure', async () => {
      const claims = await world.store.claims.of(run.uid);
      return claims[0]?.failure ? claims : null;
    });
    expect(claim!.retryMs! - claim!.atMs).toBeGreaterThan(7_000_000);
    await run.terminate();
    const policy = { run: () => 0, retry: { attempts: 2, delay: '2 hours', delayMax: '1 hour' } };
    expect(await thrownBy(() => world.engine().provide(app, { act: policy }))).toMatchObject({ code: 'effect_policy', message: /retry\.delayMax is shorter/ });
  });

  test('pauses are drawn at random, up to their full length', async () => {
    const { random } = host;
    const drawn = [0.5, 0, 0.9];
    host.random = () => drawn.shift()!;
    try {
      const { times } = await failing({ attempts: 4, delay: 60, backoff: 'exponential' }, () => new Error('x'));
      const pauses = times.slice(1).map((t, i) => t - times[i]!);
      for (const [i, least] of [30, 0, 216].entries()) expect(pauses[i]).toBeGreaterThanOrEqual(least - 1);
      expect(drawn).toEqual([]);
    } finally {
      host.random = random;
    }
  });

  test('`within` ends the attempts: no pause goes beyond it', async () => {
    const began = performance.now();
    const { attempts, thrown } = await failing({ within: 600, delay: 160, backoff: 'fixed', jitter: false }, (n) => new Error(`attempt ${n}`));
    expect(attempts).toBeGreaterThanOrEqual(2);
    expect(attempts).toBeLessThanOrEqual(4);
    expect(thrown.message).toBe(`attempt ${attempts}`);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('`within` stops an attempt that is under way, as a timeout does', async () => {
    const signals: AbortSignal[] = [];
    const stuck = (): Promise<never> => {
      signals.push(effectContext().signal);
      return effectContext().attempt === 1 ? Promise.reject(new Error('first')) : new Promise(() => {});
    };
    const retry = { within: 1500, delay: 1 }; // long enough for a second attempt to begin, however busy the machine
    const engine = await world.working(app, { act: { run: stuck, retry, timeout: '1 hour', idempotent: true } });
    const error = await thrownBy((await engine.start(app.once)).result());
    expect(error).toMatchObject({ code: 'effect_timeout' });
    expect(error.message).toMatch(/All attempts at retry\.wf\.ts#act took longer than 1500 ms/);
    expect(signals.map((signal) => signal.aborted)).toEqual([false, true]);
    await engine.close();
    const careful = await world.working(app, { act: { run: stuck, retry } });
    const run = await careful.start(app.once);
    await until('the doubt', async () => (await run.status()).inDoubt);
  });

  test('a pause does not keep the run in memory, and messages reach it meanwhile', async () => {
    const attempts: number[] = [];
    const engine = await world.working(app, {
      act: {
        retry: { attempts: 2, delay: 400, backoff: 'fixed', jitter: false },
        run: () => {
          attempts.push(performance.now());
          if (attempts.length === 1) throw new Error('first');
          return 'second';
        },
      },
    });
    const run = await engine.start(app.beside);
    await until('its release', async () => attempts.length === 1 && (await world.store.runs.find(run.id))!.worker === null);
    expect((await world.store.runs.find(run.id))!.wakeMs).toBe((await world.store.claims.of(run.uid))[0]!.retryMs);
    await run.send(app.go, 'hello');
    expect(await run.result()).toEqual(['hello', 'second']);
    expect(attempts[1]! - attempts[0]!).toBeGreaterThanOrEqual(399);
  });

  test.each(['dies', 'closes'])('a pause that was begun is kept when the worker %s', async (how) => {
    const policy = (run: () => unknown) => ({ run, retry: { attempts: 2, delay: 500, backoff: 'fixed' as const, jitter: false } });
    const first = await world.working(app, { act: policy(() => Promise.reject(new Error('first'))) }, { restMs: 60_000 });
    const run = await first.start(app.once);
    const { retryMs } = await until('the failure', async () => (await world.store.claims.of(run.uid))[0]);
    if (how === 'dies') {
      first.kill();
      await world.buryAll();
    } else await first.close();
    let madeMs = 0;
    const second = await world.working(app, {
      act: policy(async () => {
        madeMs = await world.store.clock();
        return effectContext().attempt;
      }),
    });
    expect(await (await second.run(run.id)).result()).toBe(2);
    expect(madeMs).toBeGreaterThanOrEqual(retryMs!);
    expect(madeMs).toBeLessThan(retryMs! + 3000);
    await until('the claims to go', async () => (await world.store.claims.of(run.uid)).length === 0);
  });

  test('a policy that allows no further attempt ends a pause that was begun under another', async () => {
    const fail = () => Promise.reject(new Error('first'));
    // It is held: one that sleeps is looked at when its pause is over.
    const first = await world.working(app, { act: { run: fail, retry: { attempts: 5, delay: '1 hour' } } }, { restMs: 60_000 });
    const run = await first.start(app.once);
    await until('the failure', async () => (await world.store.claims.of(run.uid))[0]);
    await first.close();
    const second = await world.working(app, { act: fail });
    expect((await thrownBy((await second.run(run.id)).result())).message).toBe('first');
  });
});

test.each([
  [{}, /retry\.attempts is missing, and so is retry\.within/],
  [{ attempts: 0 }, /retry\.attempts must be a whole number from 1 on/],
  [{ attempts: 2, within: 'soon' }, /retry\.within: 'soon' is not a duration/],
  [{ attempts: 2, jitter: 'yes' }, /retry\.jitter must be true or false/],
  [{ attempts: 2, only: 'ECONNRESET' }, /retry\.only must be a list of names/],
  [{ attempts: 2, except: [TypeError] }, /retry\.except must be a list of names/],
  [{ attempts: 2, times: 3 }, /retry\.times is no option; there are attempts, within/],
])('a wrong policy is told with the option: %j', async (retry, message) => {
  const world = await World.open('pglite');
  const error = await thrownBy(() => world.engine().provide(app, { act: { run: () => 0, retry } }));
  expect(error).toMatchObject({ code: 'effect_policy' });
  expect(error.message).toMatch(message);
  await world.close();
});
