/**
 * Limits of effects: how many attempts are under way at once, and begin within a time, on all workers of a database.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until as untilSoon, World } from '../support/app.ts';

const app = compileApp(`
  export declare function act(...args: any[]): Promise<any>;
  export declare function other(...args: any[]): Promise<any>;
  export async function once(...args: any[]) { return await act(...args); }
  export async function parallel(n: number, ...args: any[]) { return await Promise.all(Array.from({ length: n }, (_, i) => act(i, ...args))); }
  export async function catches(...args: any[]) { try { return await act(...args); } catch (error: any) { return 'caught ' + error.message; } }
  export async function careful() {
    try { return await act(); } catch (error: any) { return error.effects?.map((e: any) => e.name + ' ' + e.outcome + (e.error ? ' ' + e.error.message : '')); }
  }
`, 'limits');

/** Counts what is under way. */
class Gauge {
  now = 0;
  most = 0;
  readonly begun: unknown[] = [];

  async during<T>(what: unknown, body: () => T | Promise<T>): Promise<T> {
    this.begun.push(what);
    this.most = Math.max(this.most, ++this.now);
    try {
      return await body();
    } finally {
      this.now--;
    }
  }
}

/** What waits in one database waits for others, too: longer than most. */
const until = <T>(what: string, probe: () => T | Promise<T>) => untilSoon(what, probe, 30_000);

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const act = (run: (...args: any[]) => unknown, policy: object) => ({ act: { run, ...policy } as never, other: () => 0 });
  const errands = async (uid: string) => world.store.errands.ofRun(uid);

  test('so many at a time on all workers, and no fewer', async () => {
    const gauge = new Gauge();
    const effects = act((i: number) => gauge.during(i, async () => (await pause(5), i * i)), { concurrency: 3 });
    const engines = [await world.working(app, effects), await world.working(app, effects)];
    const runs = await Promise.all(engines.map((engine) => engine.start(app.parallel, { args: [12] })));
    for (const run of runs) expect(await run.result()).toEqual(Array.from({ length: 12 }, (_, i) => i * i));
    expect(gauge.most).toBe(3);
    expect(gauge.begun).toHaveLength(24);
    for (const run of runs) {
      expect(await errands(run.uid)).toEqual([]);
      expect(await world.store.claims.of(run.uid)).toEqual([]);
    }
  });

  test('first asked, first made; and runs of more priority before all', async () => {
    const order: string[] = [];
    const block = gate();
    const engine = await world.working(app, act(async (label: string) => {
      order.push(label);
      if (label === 'first') await block.promise;
    }, { concurrency: 1 }));
    const first = await engine.start(app.once, { args: ['first'] });
    await until('the first', () => order.length === 1);
    const rest = [];
    for (const label of ['b', 'a', 'c']) {
      const run = await engine.start(app.once, { args: [label] });
      rest.push(run);
      await until(`${label} to wait`, async () => (await errands(run.uid)).length === 1);
    }
    const urgent = await engine.start(app.once, { args: ['urgent'], priority: 5 });
    await until('it to wait', async () => (await errands(urgent.uid)).length === 1);
    expect((await errands(rest[2]!.uid))[0]).toMatchObject({ worker: null, queue: '', ahead: 3, limit: { concurrency: 1, rate: null } });
    block.open();
    for (const run of [first, urgent, ...rest]) await run.result();
    expect(order).toEqual(['first', 'urgent', 'b', 'a', 'c']);
  });

  test('runs that wait are not in memory, and go on when it is their turn', async () => {
    const block = gate();
    const engine = await world.working(app, act(() => block.promise, { concurrency: 1 }));
    const runs = await Promise.all(Array.from({ length: 5 }, () => engine.start(app.once)));
    await until('all to sleep', async () => (await world.store.runs.list({ limit: 10, status: ['running'] })).every(({ worker }) => worker === null));
    block.open();
    await Promise.all(runs.map((run) => run.result()));
  });

  test('a key has limits of its own', async () => {
    const gauges = new Map<string, Gauge>([['a', new Gauge()], ['b', new Gauge()]]);
    const both = new Gauge();
    const engine = await world.working(app, act(
      (_: number, key: string) => both.during(key, () => gauges.get(key)!.during(key, () => pause(10))),
      { concurrency: 2, key: (_: number, key: string) => key },
    ));
    const runs = await Promise.all(['a', 'b'].map((key) => engine.start(app.parallel, { args: [6, key] })));
    await Promise.all(runs.map((run) => run.result()));
    expect([...gauges.values()].map(({ most }) => most)).toEqual([2, 2]);
    expect(both.most).toBeGreaterThan(2);
  });

  test('a key that cannot be made fails the effect', async () => {
    const engine = await world.working(app, act(() => 0, { concurrency: 1, key: (given: unknown) => {
      if (given === 'throws') throw new Error('no key');
      return given as string;
    } }));
    expect(await (await engine.start(app.catches, { args: ['throws'] })).result()).toBe('caught no key');
    expect(await (await engine.start(app.catches, { args: [7] })).result()).toMatch(/caught The policy 'key' of effect 'limits.wf.ts#act' must return a text/);
  });

  test('a pause before another attempt holds no grant', async () => {
    const seen: string[] = [];
    const engine = await world.working(app, act((label: string) => {
      const { attempt } = effectContext();
      seen.push(`${label} ${attempt}`);
      if (label === 'fails' && attempt < 3) throw new Error('again');
      return `${label} ${attempt}`;
    }, { concurrency: 1, retry: { attempts: 3, delay: 1500, backoff: 'fixed', jitter: false } }));
    const failing = await engine.start(app.once, { args: ['fails'] });
    await until('the first attempt', () => seen.length === 1);
    expect(await (await engine.start(app.once, { args: ['fine'] })).result()).toBe('fine 1');
    expect(await failing.result()).toBe('fails 3');
    expect(seen).toEqual(['fails 1', 'fine 1', 'fails 2', 'fails 3']);
    expect(await world.store.claims.of(failing.uid)).toEqual([]);
  });

  test('when the attempts are used up, the last error is thrown', async () => {
    let attempts = 0;
    const engine = await world.working(app, act(() => {
      throw new Error(`attempt ${++attempts}`);
    }, { concurrency: 1, retry: { attempts: 3, delay: 1 } }));
    expect((await thrownBy((await engine.start(app.once)).result())).message).toBe('attempt 3');
  });

  test('a worker that dies with grants: others get them; what is not idempotent is in doubt', async () => {
    const [hanging, gauge] = [gate(), new Gauge()];
    const dying = await world.working(app, act((i: number) => gauge.during(i, () => hanging.promise), { concurrency: 2 }));
    const run = await dying.start(app.parallel, { args: [6] });
    await until('the attempts', () => gauge.now === 2);
    dying.kill();
    await world.buryAll();
    const made: number[] = [];
    const living = await world.working(app, act((i: number) => made.push(i), { concurrency: 2 }));
    await until('the others', () => made.length === 4);
    const handle = await living.run(run.id);
    expect((await handle.status()).inDoubt).toBe(true);
    const { requests } = await inspectRun(world.store, (await world.store.runs.findByUid(run.uid))!);
    expect(requests.filter(({ inDoubt }) => inDoubt).map(({ number }) => number)).toEqual([1, 2]);
    await living.resolve(handle, 1, { result: 'it happened' });
    await living.resolve(handle, 2, { retry: true });
    expect((await handle.result() as unknown[])[0]).toBe('it happened');
    expect(made).toEqual([2, 3, 4, 5, 1]);
    await until('nothing to be left', async () => (await errands(run.uid)).length === 0);
  });

  test('of a worker that dies an idempotent effect is made again, with its key', async () => {
    const keys: string[] = [];
    const effects = (run: () => unknown) => act(() => (keys.push(`${effectContext().idempotencyKey} ${effectContext().attempt}`), run()), { concurrency: 1, idempotent: true });
    const dying = await world.working(app, effects(() => new Promise(() => {})));
    const run = await dying.start(app.once);
    await until('the attempt', () => keys.length === 1);
    dying.kill();
    await world.buryAll();
    const living = await world.working(app, effects(() => 'done'));
    expect(await (await living.run(run.id)).result()).toBe('done');
    expect(keys).toEqual([`${run.uid}:1 1`, `${run.uid}:1 2`]);
  });

  test('what an attempt returns that was thought lost settles the doubt', async () => {
    const slow = gate<string>();
    const here = await world.working(app, act(() => slow.promise, { concurrency: 1 }));
    const run = await here.start(app.once);
    await until('the attempt', async () => (await errands(run.uid))[0]?.worker);
    await world.buryAll();
    const there = await world.working(app, act(() => 'there', { concurrency: 1 }));
    const handle = await there.run(run.id);
    await until('the doubt', async () => (await handle.status()).inDoubt);
    slow.open('it did happen');
    expect(await handle.result()).toBe('it did happen');
    expect(await world.store.claims.of(run.uid)).toEqual([]);
    await until('nothing to be left', async () => (await errands(run.uid)).length === 0);
  });

  test('an attempt that takes too long gives its grant back and is in doubt; code is asked', async () => {
    const asked: string[] = [];
    const engine = await world.working(app, act(async (label: string) => {
      if (label === 'slow' && effectContext().attempt === 1) await pause(60_000, effectContext().signal);
      return `${label} ${effectContext().attempt}`;
    }, { concurrency: 1, timeout: 50, onInDoubt: ({ attempt, args }: { attempt: number; args: unknown[] }) => {
      asked.push(`${String(args[0])} ${attempt}`);
      return undefined;
    } }));
    const run = await engine.start(app.once, { args: ['slow'] });
    await until('the question', () => asked.length === 1);
    expect(asked).toEqual(['slow 1']);
    expect((await run.status()).inDoubt).toBe(true);
    expect(await (await engine.start(app.once, { args: ['other'] })).result()).toBe('other 1');
    await engine.resolve(run, 'act', { retry: true });
    expect(await run.result()).toBe('slow 2');
  });

  test('cancelled while it waits: it has not begun, and never does', async () => {
    const [block, begun] = [gate(), [] as string[]];
    const engine = await world.working(app, act(async (label = 'careful') => {
      begun.push(label);
      await block.promise;
    }, { concurrency: 1 }));
    const first = await engine.start(app.once, { args: ['first'] });
    await until('the first', () => begun.length === 1);
    const waiting = await engine.start(app.careful);
    await until('it to wait', async () => (await errands(waiting.uid)).length === 1);
    await waiting.cancel();
    expect(await waiting.result()).toEqual(['act not begun']);
    block.open();
    await first.result();
    await pause(50);
    expect(begun).toEqual(['first']);
  });

  test('cancelled with hundreds that wait: they are taken back together', async () => {
    const block = gate();
    const engine = await world.working(app, act(() => block.promise, { concurrency: 1 }));
    const first = await engine.start(app.once);
    await until('the first', async () => (await errands(first.uid))[0]?.worker);
    const withdraw = vi.spyOn((engine as unknown as { store: World['store'] }).store.errands, 'withdraw');
    const run = await engine.start(app.parallel, { args: [300] });
    await until('all to wait', async () => (await errands(run.uid)).length === 300);
    await run.cancel();
    const error = (await thrownBy(run.result())) as Error & { effects: { outcome: string }[] };
    expect(error.effects.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 300 }, () => 'not begun'));
    expect(withdraw).toHaveBeenCalledTimes(1);
    block.open();
    await first.result();
  });

  test('cancelled while the answer to its grant was lost: it has not begun, and never does', async () => {
    let begun = 0;
    const engine = world.engine().provide(app, act(() => ++begun, { concurrency: 1 }));
    const { errands: here } = (engine as unknown as { store: World['store'] }).store;
    const lost = gate();
    const [grant, of] = [here.grant.bind(here), here.of.bind(here)];
    const breaks = (): never => {
      throw new StoreError('unknown', 'store_connection', 'the connection was lost');
    };
    here.grant = async (...args) => {
      const grants = await grant(...args);
      if (grants.errands.length === 0) return grants;
      lost.open();
      return breaks();
    };
    here.of = async () => breaks();
    await engine.work();
    const run = await engine.start(app.careful);
    await lost.promise;
    await run.cancel();
    await until('it to be told', async () => (await of((await errands(run.uid))[0]?.worker ?? ''))[0]?.told);
    Object.assign(here, { grant, of });
    expect(await run.result()).toEqual(['act not begun']);
    expect([begun, await errands(run.uid)]).toEqual([0, []]);
  });

  test('cancelled under way: its signal is aborted, and how it ends is told', async () => {
    const signals: AbortSignal[] = [];
    const engine = await world.working(app, act(async () => {
      const { signal } = effectContext();
      signals.push(signal);
      await pause(60_000, signal).catch(() => {
        throw new Error('nothing has happened');
      });
    }, { concurrency: 1 }));
    const run = await engine.start(app.careful);
    await until('the attempt', () => signals.length);
    await run.cancel();
    expect(await run.result()).toEqual(['act failed nothing has happened']);
    expect(signals[0]!.reason).toMatchObject({ code: 'effect_cancelled' });
  });

  test('terminated: what waits is gone, what is under way is stopped', async () => {
    const signals: AbortSignal[] = [];
    const engine = await world.working(app, act(() => {
      const { signal } = effectContext();
      signals.push(signal);
      return pause(60_000, signal);
    }, { concurrency: 1 }));
    const run = await engine.start(app.parallel, { args: [3] });
    await until('the attempt', () => signals.length);
    await run.terminate();
    await until('the abort', () => signals[0]!.aborted);
    await until('nothing to be left', async () => (await errands(run.uid)).length === 0);
    expect(signals).toHaveLength(1);
  });

  test('limits of a later program hold for what waits already', async () => {
    const gauge = new Gauge();
    const block = gate();
    const effects = (policy: object) => act((i: number) => gauge.during(i, () => block.promise), policy);
    const older = await world.working(app, effects({ concurrency: 1 }));
    const run = await older.start(app.parallel, { args: [8] });
    await until('all to wait', async () => (await errands(run.uid)).length === 8 && gauge.now === 1);
    const newer = await world.working(app, effects({ concurrency: 4 }));
    await until('more', () => gauge.now === 4);
    await pause(100);
    expect(gauge.now).toBe(4);
    await world.working(app, effects({}));
    await until('all', () => gauge.now === 8);
    block.open();
    await (await newer.run(run.id)).result();
    expect(gauge.begun).toHaveLength(8);
  });

  test('a thousand that wait are granted in order', async () => {
    const count = kind === 'pglite' ? 300 : 1000;
    // What has come of one is mail, and while that is not seen nothing is put.
    const all = gate();
    const effects = act((i: number) => all.promise.then(() => i), { concurrency: 20 });
    const engines = [await world.working(app, effects), await world.working(app, effects)];
    const grants = engines.map(watchGrants);
    const run = await engines[0]!.start(app.parallel, { args: [count] });
    await until('all to wait', async () => (await errands(run.uid)).length === count);
    all.open();
    expect(await run.result()).toEqual(Array.from({ length: count }, (_, i) => i));
    const order = grants.flat().sort((a, b) => a.atMs - b.atMs || a.request - b.request).map(({ request }) => request);
    expect(order).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  }, 300_000);

  test('a rate: never more within any time that long, by the database\'s clock, on all workers', async () => {
    const effects = act((i: number) => i, { rate: { limit: 10, per: 200 } });
    const engines = [await world.working(app, effects), await world.working(app, effects)];
    const grants = engines.map(watchGrants);
    const runs = await Promise.all(engines.map((engine) => engine.start(app.parallel, { args: [30] })));
    const began = performance.now();
    await Promise.all(runs.map((run) => run.result()));
    expect(performance.now() - began).toBeGreaterThan(990);
    const granted = grants.flat().map(({ atMs }) => atMs).sort((a, b) => a - b);
    expect(granted).toHaveLength(60);
    for (let i = 10; i < granted.length; i++) expect(granted[i]! - granted[i - 10]!).toBeGreaterThanOrEqual(200);
  });

  /** What is granted to an engine from now on, and when by the database's clock. */
  function watchGrants(engine: object): { request: number; atMs: number }[] {
    const seen: { request: number; atMs: number }[] = [];
    const { errands } = (engine as { store: World['store'] }).store;
    const old = errands.grant.bind(errands);
    errands.grant = async (...args) => {
      const grants = await old(...args);
      for (const uid of new Set(grants.errands.map((errand) => errand.uid))) {
        const claims = await world.store.claims.of(uid);
        for (const { request } of grants.errands.filter((errand) => errand.uid === uid)) {
          seen.push({ request, atMs: claims.find((one) => one.request === request)!.atMs });
        }
      }
      return grants;
    };
    return seen;
  }
});

test('an effect that is a transaction: of a worker that dies nothing has happened, and the next does it', async () => {
  const world = await World.open('postgres');
  await world.sql.script('CREATE TABLE made (label text)');
  let attempts = 0;
  const effects = {
    act: {
      transaction: async (client: { query(text: string, values: unknown[]): Promise<unknown> }, label: string) => {
        await client.query('INSERT INTO made VALUES ($1)', [label]);
        if (label === 'hangs' && ++attempts === 1) await new Promise((_, reject) => effectContext().signal.addEventListener('abort', reject));
        return `made ${label}`;
      },
      concurrency: 1,
    } as never,
    other: () => 0,
  };
  const dying = await world.working(app, effects);
  expect(await (await dying.start(app.once, { args: ['first'] })).result()).toBe('made first');
  const run = await dying.start(app.once, { args: ['hangs'] });
  await until('the attempt', () => attempts === 1);
  await dying.close({ deadline: 0 });
  const living = await world.working(app, effects);
  expect(await (await living.run(run.id)).result()).toBe('made hangs');
  expect((await world.rows('SELECT label FROM made')).map(({ label }) => label)).toEqual(['first', 'hangs']);
  expect(await world.store.claims.of(run.uid)).toEqual([]);
  await world.close();
});

test('thousands that wait at once do not look for what has come of the others each by itself', async () => {
  const world = await World.open('postgres');
  const count = 1500;
  const engine = await world.working(app, { act: { run: (i: number) => pause(5).then(() => i), concurrency: 100 } as never, other: () => 0 });
  const { connection } = engine;
  const query = connection.query.bind(connection);
  let looks = 0;
  connection.query = (statement, values) => {
    if (statement.name === 'perdure_read_inbox') looks++;
    return query(statement, values);
  };
  const run = await engine.start(app.parallel, { args: [count] });
  expect(await run.result()).toHaveLength(count);
  expect(looks).toBeLessThan(count / 2);
  await world.close();
}, 60_000);

test('wrong limits are refused', async () => {
  const world = await World.open('memory');
  const provide = (policy: object) => () => world.engine().provide(app, { act: { run: () => 0, ...policy }, other: () => 0 });
  expect(await thrownBy(provide({ concurrency: 0 }))).toMatchObject({ code: 'effect_policy', message: /concurrency must be a whole number/ });
  expect(await thrownBy(provide({ rate: { limit: 5 } }))).toMatchObject({ code: 'effect_policy' });
  expect(await thrownBy(provide({ rate: { limit: 5, per: '1 second', burst: 1 } }))).toMatchObject({ message: /rate\.burst is no option/ });
  expect(await thrownBy(provide({ key: () => 'a' }))).toMatchObject({ message: /key is for `concurrency` or `rate`/ });
  await world.close();
});
