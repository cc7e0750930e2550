/**
 * Effects: what crosses, how they fail, how they are attempted.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext, type EffectContext } from '../../runtime/client.ts';
import { compileApp, gate, pause, thrownBy, until, World } from '../support/app.ts';

const app = compileApp(`
  export declare function act(...args: any[]): Promise<any>;
  export declare function other(...args: any[]): Promise<any>;
  export class OutOfStock extends Error { item: string; constructor(item: string) { super('no ' + item); this.name = 'OutOfStock'; this.item = item; } }
  export class Cart { items: number[] = []; total() { return this.items.length; } }
  export async function once(...args: any[]) { return await act(...args); }
  export async function catches() {
    try { await act(); } catch (error: any) {
      return { name: error.name, message: error.message, code: error.code, isError: error instanceof Error, isType: error instanceof TypeError,
               cause: error.cause instanceof Error ? error.cause.message : error.cause, stack: error.stack, error };
    }
  }
  export class CardDeclined extends Error {
    code = 'E_CARD';
    #last4 = '4242';
    override name = 'CardDeclined';
    get last4() { return this.#last4; }
  }
  export async function declined() {
    try { await act(); } catch (error: any) {
      return { isOne: error instanceof CardDeclined, name: error.name, message: error.message, code: error.code, last4: error.last4,
               hasCause: 'cause' in error, cause: error.cause?.name, causeCode: error.cause?.code, keys: Object.keys(error) };
    }
  }
  export async function stock() {
    try { await act(); } catch (error: any) { return error instanceof OutOfStock ? error.item : 'other'; }
  }
  export async function inner() { return await act(); }
  export async function outer() { return await inner(); }
  export async function parallel(n: number) { return await Promise.all(Array.from({ length: n }, (_, i) => act(i))); }
  export async function race() { return await Promise.race([act('slow'), other('fast')]); }
  export async function fireAndForget() { act(1); return 'done'; }
  export async function mutates() {
    const order = { items: [1] };
    const pending = act(order);
    order.items.push(2);
    return [await pending, order];
  }
  export async function passesFunction() { return await act({ deep: [() => 1] }); }
  export async function returnsFunction() { return { deep: [1, () => 1] }; }
  export async function cart() { const c = new Cart(); c.items.push(1); const back = await act(c); return [back instanceof Cart, back.total()]; }
  export async function sequence() { const out = []; for (let i = 0; i < 5; i++) out.push(await act(i)); return out; }
`, 'effects');

let world: World;
beforeAll(async () => {
  world = await World.open('postgres');
});
afterEach(() => world.calm());
afterAll(() => world.close());

const working = (act: object | ((...args: never[]) => unknown), other: (...args: never[]) => unknown = () => 0) =>
  world.working(app, { act: act as never, other });

describe('what crosses', () => {
  test('synchronous and asynchronous implementations, and thenables', async () => {
    for (const act of [(x: number) => x + 1, async (x: number) => x + 1, (x: number) => ({ then: (f: (v: number) => void) => f(x + 1) })]) {
      const engine = await working(act);
      expect(await (await engine.start(app.once, { args: [1] })).result()).toBe(2);
      await engine.close();
    }
  });

  test('arguments and results are copies', async () => {
    let seen: { items: number[] } | undefined;
    const engine = await working((order: { items: number[] }) => {
      seen = structuredClone(order);
      order.items.push(99);
      return order;
    });
    expect(await (await engine.start(app.mutates)).result()).toEqual([{ items: [1, 99] }, { items: [1, 2] }]);
    expect(seen).toEqual({ items: [1] });
  });

  test('instances of classes that the program exports', async () => {
    const engine = await working((cart: { items: number[] }) => {
      expect(cart).toBeInstanceOf(app.Cart);
      cart.items.push(2);
      return cart;
    });
    expect(await (await engine.start(app.cart)).result()).toEqual([true, 2]);
  });

  test('a result of the host is an error at the await, with the way to it', async () => {
    const engine = await working(() => ({ rows: [{ socket: process.stdin }] }));
    const result = (await (await engine.start(app.catches)).result()) as { message: string; code: string };
    expect(result.code).toBe('unstorable_result');
    expect(result.message).toMatch(/the result\.rows\[0\]\.socket: .*effects\.wf\.ts#act|effects\.wf\.ts#act.*the result\.rows\[0\]\.socket/);
  });

  test('so is a result of the workflow where it is read, with the way to it', async () => {
    const engine = await working(() => 1);
    const error = await thrownBy((await engine.start(app.returnsFunction)).result());
    expect(error).toMatchObject({ code: 'unstorable_result', message: expect.stringMatching(/^The result cannot leave the workflow: the result\.deep\[1\]: a function/) });
  });

  test('a function as an argument parks the run, with the way to it', async () => {
    const engine = await working(() => 1);
    const run = await engine.start(app.passesFunction);
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({ code: 'unstorable' });
    expect(error.message).toMatch(/args\[0\]\.deep\[0\]/);
    expect((await run.status()).state).toBe('parked');
  });

  test('the log shows what has arrived as it arrived', async () => {
    const engine = await working(() => ({ when: new Date(0), tags: new Set(['a']) }));
    const run = await engine.start(app.once);
    expect(await run.result()).toEqual({ when: new Date(0), tags: new Set(['a']) });
    const { cause } = (await world.store.log.read(run.uid, 2, 1))[0]!;
    expect(cause).toMatch(/^\{"result":1,"value":\{"graph":\{"@":1\}/);
    expect(cause).toContain('{"date":0}');
    expect(cause).toContain('{"set":["a"]}');
  });
});

describe('failures', () => {
  test('an error keeps its class, name, message, code, cause, and a stack that shows both sides', async () => {
    const engine = await working(function chargeCard() {
      throw Object.assign(new TypeError('declined', { cause: new Error('limit') }), { code: 'E_CARD' });
    });
    const seen = (await (await engine.start(app.catches)).result()) as Record<string, unknown> & { stack: string };
    expect(seen).toMatchObject({ name: 'TypeError', message: 'declined', code: 'E_CARD', isError: true, isType: true, cause: 'limit' });
    expect(seen.stack).toMatch(/^TypeError: declined\n/);
    expect(seen.stack).toMatch(/at .*chargeCard .*effects\.test\.ts:\d+:\d+/);
    expect(seen.stack).not.toMatch(/dispatcher/);
    const error = await thrownBy((await engine.start(app.outer)).result());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({ message: 'limit' });
    const [host, inner, outer] = [/chargeCard/, /at async inner \(effects\.wf\.ts:\d+:\d+\)/, /at async outer \(effects\.wf\.ts:\d+:\d+\)/].map((r) => error.stack!.search(r));
    expect(host).toBeGreaterThan(0);
    expect(inner).toBeGreaterThan(host!);
    expect(outer).toBeGreaterThan(inner!);
  });

  test('an AggregateError comes with its errors: those of a connection that no address accepts are all it says', async () => {
    class Refused extends Error {}
    const engine = await working(function act() {
      throw new AggregateError([Object.assign(new Refused('::1'), { code: 'ECONNREFUSED' }), 'text', { plain: [1] }, () => 1, new AggregateError([new TypeError('inner')])]);
    });
    const error = (await thrownBy((await engine.start(app.outer)).result())) as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.message).toBe('');
    expect(error.errors).toMatchObject([{ message: '::1', code: 'ECONNREFUSED' }, 'text', { plain: [1] }, { message: '() => 1' }, { errors: [{ message: 'inner' }] }]);
    expect(error.errors[4].errors[0]).toBeInstanceOf(TypeError);
  });

  test('a DOMException comes as an Error with its name, message and code: a workflow can tell a timeout', async () => {
    const timedOut = () => new Promise((_, reject) => {
      const signal = AbortSignal.timeout(0);
      signal.onabort = () => reject(signal.reason as Error);
    });
    const thrown = [() => AbortSignal.abort().throwIfAborted(), timedOut, () => structuredClone(() => 1)];
    const seen = [];
    for (const act of thrown) {
      const engine = await working(act);
      const { name, message, code, isError, stack } = (await (await engine.start(app.catches)).result()) as Record<string, string>;
      seen.push([name, message, code, isError, stack!.split('\n')[0]]);
      await engine.close();
    }
    expect(seen).toEqual([
      ['AbortError', 'This operation was aborted', 20, true, 'AbortError: This operation was aborted'],
      ['TimeoutError', 'The operation was aborted due to timeout', 23, true, 'TimeoutError: The operation was aborted due to timeout'],
      ['DataCloneError', '() => 1 could not be cloned.', 25, true, 'DataCloneError: () => 1 could not be cloned.'],
    ]);
  });

  test('what of an error cannot be copied is left out, and nothing else: cause, data, of any class', async () => {
    class AppError extends Error {
      get code() { return 'E_APP'; }
    }
    const causes: [unknown, object][] = [
      [new DOMException('slow', 'TimeoutError'), { hasCause: true, cause: 'TimeoutError', causeCode: 23 }],
      [new AppError('why', { cause: process.stdin }), { hasCause: true, cause: 'Error', causeCode: 'E_APP' }],
      [new URL('https://example.com'), { hasCause: false }],
      [{ retry: () => 1 }, { hasCause: false }],
      [Symbol('only here'), { hasCause: false }],
    ];
    for (const [cause, expected] of causes) {
      const engine = await working(() => {
        throw Object.assign(new app.CardDeclined('no', { cause }), { socket: process.stdin, details: { amount: 7n } });
      });
      const seen = await (await engine.start(app.declined)).result();
      expect(seen).toMatchObject({ isOne: true, name: 'CardDeclined', message: 'no', code: 'E_CARD', last4: '4242', keys: ['code', 'name', 'details'], ...expected });
      await engine.close();
    }
    const engine = await working(() => {
      const error = Object.assign(new TypeError('built in', { cause: { retry: () => 1 } }), { status: 402, retry: () => 1, [Symbol('own')]: 1 });
      throw Object.defineProperty(error, 'response', { get: () => process.stdin, enumerable: true });
    });
    const error = await thrownBy((await engine.start(app.once)).result());
    expect(error).toBeInstanceOf(TypeError);
    expect(Object.entries(error)).toEqual([['status', 402]]);
    expect(error).toMatchObject({ message: 'built in' });
  });

  test('errors that lead to themselves, or to others without end', async () => {
    class Endless extends Error {
      override get cause() { return new Endless('more'); }
    }
    class Loop extends Error {}
    const loop = Object.assign(new Loop('a'), { socket: process.stdin });
    loop.cause = Object.assign(new Loop('b', { cause: loop }), { details: { of: 'b' } });
    for (const thrown of [loop, new Endless('first')]) {
      const engine = await working(() => {
        throw thrown;
      });
      const error = await thrownBy((await engine.start(app.once)).result());
      expect(error.message).toBe(thrown.message);
      expect((error.cause as Error).message).toBe(thrown === loop ? 'b' : 'more');
      if (thrown === loop) expect((error.cause as Error).cause).toBe(error);
      await engine.close();
    }
  });

  test('an error of a class of the host comes as its nearest built-in, with its name', async () => {
    class PaymentError extends RangeError {
      override name = 'PaymentError';
      status = 402;
      socket = process.stdin;
    }
    const engine = await working(async () => {
      throw new PaymentError('no money');
    });
    const error = await thrownBy((await engine.start(app.once)).result());
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'PaymentError', message: 'no money', status: 402 });
  });

  test('an error of a class that the program exports stays one', async () => {
    const engine = await working(() => {
      throw new app.OutOfStock('shoes');
    });
    expect(await (await engine.start(app.stock)).result()).toBe('shoes');
  });

  test('anything may be thrown', async () => {
    const things: [unknown, unknown][] = [['text', 'text'], [undefined, undefined], [null, null], [{ a: 1 }, { a: 1 }], [7n, 7n]];
    for (const [thing, expected] of things) {
      const engine = await working(() => {
        throw thing;
      });
      const rejected = await (await engine.start(app.once)).result().then(() => 'fulfilled', (error: unknown) => ({ error }));
      expect(rejected).toEqual({ error: expected });
      await engine.close();
    }
    const engine = await working(() => {
      throw () => 'a function';
    });
    expect(await thrownBy((await engine.start(app.once)).result())).toBeInstanceOf(Error);
  });
});

describe('attempts', () => {
  test('several at once are dispatched in parallel', async () => {
    let running = 0;
    let most = 0;
    const all = gate();
    const engine = await working(async (i: number) => {
      most = Math.max(most, ++running);
      if (running === 8) all.open();
      await all.promise;
      running--;
      return i * i;
    });
    expect(await (await engine.start(app.parallel, { args: [8] })).result()).toEqual([0, 1, 4, 9, 16, 25, 36, 49]);
    expect(most).toBe(8);
  });

  test('the loser of a race is still waited for, and then the run is over', async () => {
    const slow = gate();
    const engine = await working(async () => {
      await slow.promise;
      return 'late';
    }, () => 'fast');
    const run = await engine.start(app.race);
    expect(await run.result()).toBe('fast');
    expect((await run.status()).state).toBe('running');
    slow.open();
    await until('the end', async () => (await run.status()).state === 'completed');
  });

  test('an effect that nobody awaits is done all the same', async () => {
    let done = 0;
    const engine = await working(() => void done++);
    const run = await engine.start(app.fireAndForget);
    expect(await run.result()).toBe('done');
    await until('the end', async () => (await run.status()).state === 'completed');
    expect(done).toBe(1);
  });

  test('without a policy an effect is attempted once', async () => {
    let attempts = 0;
    const engine = await working(() => {
      attempts++;
      throw new Error('no');
    });
    await (await engine.start(app.once)).result().catch(() => {});
    expect(attempts).toBe(1);
  });

  test('a retry policy: as many attempts as it says, with growing pauses and one key', async () => {
    const contexts: EffectContext[] = [];
    const times: number[] = [];
    const engine = await working({
      run: () => {
        contexts.push(effectContext());
        times.push(performance.now());
        if (contexts.length < 4) throw new Error(`attempt ${contexts.length}`);
        return 'at last';
      },
      retry: { attempts: 4, delay: 20, backoff: 'exponential', jitter: false },
    });
    const run = await engine.start(app.once);
    expect(await run.result()).toBe('at last');
    expect(contexts.map((c) => c.attempt)).toEqual([1, 2, 3, 4]);
    expect(new Set(contexts.map((c) => c.idempotencyKey))).toEqual(new Set([`${run.uid}:1`]));
    expect(contexts[0]).toMatchObject({ run: run.id, effect: 'effects.wf.ts#act' });
    const pauses = times.slice(1).map((t, i) => t - times[i]!);
    for (const [i, least] of [20, 40, 80].entries()) expect(pauses[i]).toBeGreaterThanOrEqual(least - 1);
    expect(await world.store.claims.of(run.uid)).toEqual([]);
  });

  test('when the attempts are used up, the last error is thrown', async () => {
    let attempts = 0;
    const engine = await working({
      run: () => {
        throw new Error(`attempt ${++attempts}`);
      },
      retry: { attempts: 3, delay: 1, backoff: 'fixed' },
    });
    const run = await engine.start(app.once);
    expect((await thrownBy(run.result())).message).toBe('attempt 3');
    await until('the claims to go', async () => (await world.store.claims.of(run.uid)).length === 0);
  });

  test('`when` decides which errors are worth another attempt; one that throws decides no', async () => {
    let attempts = 0;
    const engine = await working({
      run: () => {
        throw new Error(++attempts === 2 ? 'final' : 'again');
      },
      retry: { attempts: 9, delay: 1, when: (error: Error) => error.message === 'again' },
    });
    expect((await thrownBy((await engine.start(app.once)).result())).message).toBe('final');
    expect(attempts).toBe(2);
    await engine.close();
    const strict = await working({
      run: () => {
        throw null;
      },
      retry: { attempts: 9, delay: 1, when: (error: Error) => error.message === 'again' },
    });
    expect(await (await strict.start(app.once)).result().then(() => 1, (error: unknown) => error)).toBe(null);
  });

  test('failures so far are there for the next worker: it goes on counting', async () => {
    const seen: number[] = [];
    const policy = (run: () => unknown) => ({ run, retry: { attempts: 3, delay: 200, backoff: 'fixed', jitter: false } });
    const engine = await working(policy(() => {
      seen.push(effectContext().attempt);
      throw new Error('first');
    }));
    const run = await engine.start(app.once);
    await until('the failure', async () => (await world.store.claims.of(run.uid)).length === 1);
    const closing = performance.now();
    await engine.close();
    expect(performance.now() - closing).toBeLessThan(150); // it does not wait for the next attempt
    const next = await working(policy(() => {
      seen.push(effectContext().attempt);
      return 'second';
    }));
    expect(await (await next.run(run.id)).result()).toBe('second');
    expect(seen).toEqual([1, 2]);
  });

  test('an idempotent effect that takes too long is made again; its signal is aborted', async () => {
    const signals: AbortSignal[] = [];
    const engine = await working({
      run: async () => {
        const { signal, attempt } = effectContext();
        signals.push(signal);
        if (attempt === 1) await pause(10_000, signal);
        return `attempt ${attempt}`;
      },
      timeout: 30,
      idempotent: true,
      retry: { attempts: 2, delay: 1 },
    });
    expect(await (await engine.start(app.once)).result()).toBe('attempt 2');
    expect(signals[0]!.aborted).toBe(true);
    expect(signals[0]!.reason).toMatchObject({ code: 'effect_timeout' });
    expect(signals[1]!.aborted).toBe(false);
  });

  test('an idempotent effect that always takes too long throws effect_timeout', async () => {
    const engine = await working({ run: () => new Promise(() => {}), timeout: 20, idempotent: true });
    const error = await thrownBy((await engine.start(app.once)).result());
    expect(error).toMatchObject({ code: 'effect_timeout' });
    expect(error.message).toMatch(/effects\.wf\.ts#act took longer than 20 ms/);
  });

  test('any other that takes too long is in doubt, whatever its retry policy and its answer to the signal', async () => {
    let attempts = 0;
    const engine = await working({
      run: async () => {
        attempts++;
        await pause(10_000, effectContext().signal);
      },
      timeout: 20,
      retry: { attempts: 5, delay: 1 },
    });
    const run = await engine.start(app.once);
    await until('the doubt', async () => (await run.status()).inDoubt);
    await pause(50);
    expect(attempts).toBe(1);
    expect((await run.status()).state).toBe('running');
  });

  test('an outcome after the timeout settles the doubt', async () => {
    const slow = gate<string>();
    const engine = await working({ run: () => slow.promise, timeout: 10 });
    const run = await engine.start(app.once);
    await until('the doubt', async () => (await run.status()).inDoubt);
    slow.open('it did happen');
    expect(await run.result()).toBe('it did happen');
    expect((await run.status()).inDoubt).toBe(false);
  });

  test('each call has its own key, the same for no other', async () => {
    const keys: string[] = [];
    const engine = await working((i: number) => {
      keys.push(effectContext().idempotencyKey);
      return i;
    });
    await (await engine.start(app.sequence)).result();
    await (await engine.start(app.sequence)).result();
    expect(new Set(keys).size).toBe(10);
  });

  test('effectContext follows the implementation through awaits, and is refused elsewhere', async () => {
    const engine = await working(async (i: number) => {
      await pause(5 * (3 - i));
      return effectContext().idempotencyKey.split(':')[1];
    });
    expect(await (await engine.start(app.parallel, { args: [3] })).result()).toEqual(['1', '2', '3']);
    expect(await thrownBy(() => effectContext())).toMatchObject({ code: 'no_effect_context' });
  });
});
