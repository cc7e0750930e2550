/**
 * Queues: effects that other processes make than the ones that evaluate the workflows.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { Errands } from '../../runtime/store/errands.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { Workers } from '../../runtime/store/workers.ts';
import { Heartbeats } from '../../runtime/worker/effects/heartbeats.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until as untilSoon, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function render(...args: any[]): Promise<any>;
  export declare function other(...args: any[]): Promise<any>;
  export async function once(...args: any[]) { return await render(...args); }
  export async function both() { return [await render(1), await other(2)]; }
  export async function parallel(n: number) { return await Promise.all(Array.from({ length: n }, (_, i) => render(i))); }
  export async function catches(...args: any[]) { try { return await render(...args); } catch (error: any) { return [error.name, error.message, error.code]; } }
  export async function careful() {
    try { return await render(); } catch (error: any) { return error.effects?.map((e: any) => e.name + ' ' + e.outcome); }
  }
`, 'queues');

const QUEUED = { render: { queue: 'gpu' } as never, other: { queue: 'gpu' } as never };

/** What waits in one database waits for others, too: longer than most. */
const until = <T>(what: string, probe: () => T | Promise<T>) => untilSoon(what, probe, 30_000);

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterEach(() => void vi.restoreAllMocks());
  afterAll(() => world.close());

  /** Knows nothing of the program. */
  async function serving(implementations: object, concurrency = 1, queue = 'gpu'): Promise<TestEngine> {
    const engine = world.engine();
    engine.serve(queue, implementations as never, { concurrency });
    await engine.work();
    return engine;
  }

  test('made by a process that serves the queue, with a context like any other', async () => {
    const seen: object[] = [];
    const engine = await world.working(app, QUEUED);
    await serving({
      render: (x: number) => {
        const { run, effect, attempt, idempotencyKey } = effectContext();
        seen.push({ run, effect, attempt, idempotencyKey });
        return x + 1;
      },
      'queues.wf.ts#other': (x: number) => x * 10,
    });
    const run = await engine.start(app.both);
    expect(await run.result()).toEqual([2, 20]);
    expect(seen).toEqual([{ run: run.id, effect: 'queues.wf.ts#render', attempt: 1, idempotencyKey: `${run.uid}:1` }]);
    expect(await world.store.errands.ofRun(run.uid)).toEqual([]);
    expect(await world.store.claims.of(run.uid)).toEqual([]);
  });

  test('a queue that nobody serves: the run waits, and says for what', async () => {
    const engine = await world.working(app, QUEUED);
    const run = await engine.start(app.once, { args: [1] });
    await until('it to wait', async () => (await run.status()).waitsForQueue === 'gpu');
    expect((await engine.list({ id: run.id })).runs).toMatchObject([{ waitsForQueue: 'gpu', state: 'running' }]);
    expect(await world.store.errands.ofRun(run.uid)).toMatchObject([{ queue: 'gpu', worker: null, served: false, ahead: 0 }]);
    // One that serves only other effects of the queue leaves it.
    await serving({ other: () => 0 });
    await pause(60);
    expect(await world.store.errands.ofRun(run.uid)).toMatchObject([{ worker: null, served: true }]);
    await serving({ render: () => 'served' });
    expect(await run.result()).toBe('served');
    expect((await run.status()).waitsForQueue).toBe(null);
  });

  test('no process makes more at a time than it says; all together are faster', async () => {
    const underWay = new Map<string, number>();
    const most = new Map<string, number>();
    const render = (name: string) => async (i: number) => {
      underWay.set(name, (underWay.get(name) ?? 0) + 1);
      most.set(name, Math.max(most.get(name) ?? 0, underWay.get(name)!));
      await pause(10);
      underWay.set(name, underWay.get(name)! - 1);
      return i;
    };
    const engine = await world.working(app, QUEUED);
    await serving({ render: render('a') }, 2);
    await serving({ render: render('b') }, 3);
    const run = await engine.start(app.parallel, { args: [30] });
    expect(await run.result()).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(Object.fromEntries(most)).toEqual({ a: 2, b: 3 });
  });

  test('an effect that is queued and limited', async () => {
    let [now, most] = [0, 0];
    const render = async (i: number) => {
      most = Math.max(most, ++now);
      await pause(5);
      now--;
      return i;
    };
    const engine = await world.working(app, { ...QUEUED, render: { queue: 'gpu', concurrency: 3 } as never });
    await serving({ render }, 10);
    await serving({ render }, 10);
    const run = await engine.start(app.parallel, { args: [20] });
    await run.result();
    expect(most).toBe(3);
  });

  test('an attempt whose worker was thought gone answers for nobody when it stops: the call waits for its next attempt', async () => {
    const [begun, woken] = [gate(), gate()];
    const stops = (): Promise<never> => {
      const { signal } = effectContext();
      begun.open();
      return new Promise((_, reject) => signal.addEventListener('abort', () => void woken.promise.then(() => reject(signal.reason as Error))));
    };
    const engine = await world.working(app, QUEUED);
    await serving({ render: stops });
    const run = await engine.start(app.once);
    await begun.promise;
    const [errand] = await world.store.errands.ofRun(run.uid);
    await world.store.workers.bury(errand!.worker!);
    await until('the doubt', async () => (await run.status()).inDoubt);
    await engine.resolve(run, 'render', { retry: true });
    await until('the next attempt to wait', async () => (await world.store.errands.ofRun(run.uid))[0]?.attempt === 2);
    woken.open();
    await pause(100);
    await serving({ render: () => effectContext().attempt });
    expect(await run.result()).toBe(2);
  });

  test('errors, retries and time limits are those of who serves', async () => {
    const attempts: number[] = [];
    const engine = await world.working(app, QUEUED);
    await serving({
      render: {
        run: async (what: string) => {
          const { attempt, signal } = effectContext();
          attempts.push(attempt);
          if (what === 'retried' && attempt < 3) throw new Error('again');
          if (what === 'slow' && attempt === 1) await pause(60_000, signal);
          if (what === 'refused') throw Object.assign(new RangeError('no'), { code: 'REFUSED' });
          return `${what} ${attempt}`;
        },
        retry: { attempts: 3, delay: 5, except: ['REFUSED'] },
        timeout: 100,
        idempotent: true,
      },
    });
    const result = async (what: string) => (await engine.start(app.catches, { args: [what] })).result();
    expect(await result('retried')).toBe('retried 3');
    expect(await result('slow')).toBe('slow 2');
    expect(await result('refused')).toEqual(['RangeError', 'no', 'REFUSED']);
    expect(attempts).toEqual([1, 2, 3, 1, 2, 1]);
  });

  test('a server that dies leaves its effects in doubt; another finds out, or a person decides', async () => {
    const engine = await world.working(app, QUEUED);
    const dying = await serving({ render: () => new Promise(() => {}) }, 3);
    const run = await engine.start(app.parallel, { args: [3] });
    await until('the attempts', async () => (await world.store.errands.ofRun(run.uid)).filter(({ worker }) => worker !== null).length === 3);
    const worker = (await world.store.errands.ofRun(run.uid))[0]!.worker!;
    dying.kill();
    await world.store.workers.bury(worker);
    await until('the doubt', async () => (await run.status()).inDoubt);
    const asked: unknown[] = [];
    await serving({
      render: {
        run: (i: number) => `again ${i} ${effectContext().attempt}`,
        onInDoubt: ({ args: [i], attempt, worker: maker }: { args: number[]; attempt: number; worker: { id: string } }) => {
          asked.push([i, attempt, maker.id]);
          return i === 0 ? { result: 'found' } : i === 1 ? { retry: true } : undefined;
        },
      },
    });
    await until('all to be asked', () => asked.length === 3);
    expect(asked.sort()).toEqual([[0, 1, worker], [1, 1, worker], [2, 1, worker]]);
    await until('one doubt', async () => (await world.store.claims.of(run.uid)).filter(({ doubt }) => doubt).length === 1);
    await engine.resolve(run, 3, { error: new Error('given up') });
    expect((await thrownBy(run.result())).message).toBe('given up');
    expect(asked).toHaveLength(3);
    await until('nothing to be left', async () => (await world.store.errands.ofRun(run.uid)).length === 0);
  });

  test('an orderly end waits for what is under way, and leaves the rest to others', async () => {
    const begun: number[] = [];
    const block = gate();
    const engine = await world.working(app, QUEUED);
    const closing = await serving({ render: async (i: number) => {
      begun.push(i);
      await block.promise;
      return `first ${i}`;
    } });
    const run = await engine.start(app.parallel, { args: [3] });
    await until('the attempt', () => begun.length === 1);
    const closed = closing.close();
    await pause(30);
    block.open();
    await closed;
    await serving({ render: (i: number) => `second ${i}` });
    expect(await run.result()).toEqual(['first 0', 'second 1', 'second 2']);
    expect(begun).toEqual([0]);
  });

  test('what a worker still makes when its time to close is over is not given back, though it is just being compared', async () => {
    let begun = 0;
    const engine = await world.working(app, QUEUED);
    const closing = await serving({ render: () => (begun++, new Promise(() => {})) });
    const run = await engine.start(app.once);
    await until('the attempt', () => begun === 1);
    const asked = gate();
    const { of } = Errands.prototype;
    vi.spyOn(Errands.prototype, 'of').mockImplementation(async function (this: Errands, worker) {
      const held = await of.call(this, worker);
      await asked.promise;
      return held;
    });
    const { leave } = Workers.prototype;
    vi.spyOn(Workers.prototype, 'leave').mockImplementation(async function (this: Workers, worker) {
      asked.open();
      await pause(50);
      return leave.call(this, worker);
    });
    await closing.close({ deadline: 20 });
    await serving({ render: () => ++begun });
    await until('the doubt', async () => (await run.status()).inDoubt);
    expect(begun).toBe(1);
  });

  test('what has stopped because the engine closes is not given back, though something else is', async () => {
    const made: string[] = [];
    const granting = gate();
    const engine = await world.working(app, QUEUED);
    const obey = () =>
      new Promise((_, reject) => {
        const { signal } = effectContext();
        signal.addEventListener('abort', () => {
          reject(signal.reason);
          granting.open();
        });
      });
    const closing = await serving({ render: (name: string) => (made.push(name), obey()) }, 2);
    const first = await engine.start(app.once, { args: ['first'] });
    await until('the attempt', () => made.length === 1);
    const { grant } = Errands.prototype;
    let asked = 0;
    vi.spyOn(Errands.prototype, 'grant').mockImplementation(async function (this: Errands, ...values) {
      asked++;
      await granting.promise;
      await pause(20); // until it has stopped
      return grant.apply(this, values);
    });
    const second = await engine.start(app.once, { args: ['second'] });
    await until('the second to be asked for', async () => asked > 0 && (await world.store.errands.ofRun(second.uid)).length === 1);
    await closing.close({ deadline: 20 });
    await serving({ render: (name: string) => made.push(name) });
    expect(await second.result()).toBe(2);
    await until('the doubt', async () => (await first.status()).inDoubt);
    expect(made).toEqual(['first', 'second']);
  });

  test('what has ended and could not be told until the engine was closed is not given back', async () => {
    const made: string[] = [];
    let isAway = false;
    const { finish } = Errands.prototype;
    vi.spyOn(Errands.prototype, 'finish').mockImplementation(async function (this: Errands, ...values) {
      if (isAway) throw new StoreError('unreachable', 'store_busy', 'not now');
      return finish.apply(this, values);
    });
    const { write } = Heartbeats.prototype;
    vi.spyOn(Heartbeats.prototype, 'write').mockImplementation(async function (this: Heartbeats) {
      if (isAway) await pause(200); // others look meanwhile at what this one has
      return write.call(this);
    });
    const engine = await world.working(app, QUEUED);
    const closing = await serving({ render: (name: string) => (made.push(name), name === 'ends' ? 1 : new Promise(() => {})) }, 2);
    const goesOn = await engine.start(app.once, { args: ['goes on'] });
    await until('it to begin', () => made.length === 1);
    isAway = true;
    const ends = await engine.start(app.once, { args: ['ends'] });
    await until('the other', () => made.length === 2);
    await closing.close({ deadline: 50 });
    isAway = false;
    await serving({ render: (name: string) => made.push(name) }, 2);
    for (const run of [goesOn, ends]) await until('the doubt', async () => (await run.status()).inDoubt);
    expect(made).toEqual(['goes on', 'ends']);
  });

  test('cancelled: what waits has not begun, what is under way is told to stop', async () => {
    const signals: AbortSignal[] = [];
    const engine = await world.working(app, QUEUED);
    await serving({ render: () => {
      const { signal } = effectContext();
      signals.push(signal);
      return pause(60_000, signal);
    } });
    const [first, second] = [await engine.start(app.careful), await engine.start(app.careful)];
    await until('the attempt', () => signals.length);
    await until('both', async () => (await world.store.errands.ofRun(first.uid)).length + (await world.store.errands.ofRun(second.uid)).length === 2);
    const isWaiting = async (uid: string) => (await world.store.errands.ofRun(uid))[0]!.worker === null;
    const [waiting, begun] = (await isWaiting(first.uid)) ? [first, second] : [second, first];
    await waiting.cancel();
    expect(await waiting.result()).toEqual(['render not begun']);
    await begun.cancel();
    expect(await begun.result()).toEqual(['render unknown']);
    expect(signals).toHaveLength(1);
    expect(signals[0]!.reason).toMatchObject({ code: 'effect_cancelled' });
  });

  test('a result that cannot be copied is refused', async () => {
    const engine = await world.working(app, QUEUED);
    await serving({ render: () => process.stdin });
    expect(await (await engine.start(app.catches)).result()).toMatchObject(['PerdureError', /cannot reach the workflow/, 'unstorable_result']);
  });
});

test('a queue that is served in two calls has the concurrency that one of them says', async () => {
  const world = await World.open('memory');
  const engine = world.engine().provide(app, QUEUED);
  let [now, most] = [0, 0];
  engine.serve('gpu', { other: () => 0 }, { concurrency: 4 });
  engine.serve('gpu', { render: async () => { most = Math.max(most, ++now); await pause(5); now--; } });
  await engine.work();
  await (await engine.start(app.parallel, { args: [12] })).result();
  expect(most).toBe(4);
  await world.close();
});

test('wrong policies are refused: each side says what is its', async () => {
  const world = await World.open('memory');
  const engine = world.engine();
  expect(await thrownBy(() => engine.provide(app, { render: { queue: 'gpu', retry: { attempts: 3 } }, other: () => 0 })))
    .toMatchObject({ code: 'effect_policy', message: /retry belongs to `engine\.serve`/ });
  expect(await thrownBy(() => engine.serve('gpu', { render: { run: () => 0, concurrency: 3 } } as never)))
    .toMatchObject({ code: 'effect_policy', message: /concurrency belongs to `engine\.provide`/ });
  expect(await thrownBy(() => engine.serve('', {}))).toMatchObject({ code: 'serve' });
  expect(await thrownBy(() => engine.serve('gpu', {}, { concurrency: 0 }))).toMatchObject({ code: 'serve' });
  expect(await thrownBy(() => engine.provide(app, { render: { queue: '' } }))).toMatchObject({ code: 'effect_policy' });
  await engine.work();
  expect(await thrownBy(() => engine.serve('gpu', {}))).toMatchObject({ code: 'serve', message: /before `work`/ });
  await world.close();
});
