/**
 * Workers that die or close while effects are under way: what is made again, what is in doubt, and who decides.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { writeEntry } from '../../runtime/engine/inbox.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function pay(...args: any[]): Promise<any>;
  export declare function mail(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export async function order() { return ['paid', await pay(42)]; }
  export async function careful() { try { return await pay(1); } catch (error: any) { return [error.name, error.message]; } }
  export async function two() { return await Promise.all([pay('a'), pay('b')]); }
  export async function steps() { const first = await pay(1); const second = await mail(2); return [first, second]; }
  export async function waits() { return await go.receive(); }
`, 'doubt');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** Starts a workflow whose effect takes down its worker. Returns the run's id and the effect's key. */
  async function killedInEffect(workflow: (...args: unknown[]) => Promise<unknown>, effect: object = {}): Promise<{ id: string; key: string }> {
    const reached = gate<string>();
    let engine: TestEngine;
    const run = () => {
      engine.kill();
      reached.open(effectContext().idempotencyKey);
      return new Promise(() => {});
    };
    engine = await world.working(app, { pay: { run, ...effect }, mail: () => 0 });
    const { id } = await engine.start(workflow);
    const key = await reached.promise;
    await world.buryAll();
    return { id, key };
  }

  /** One that is decided to be retried, and whose next attempt this worker has made already: its outcome stands behind the decision. */
  test('a decision to retry is not carried out twice: an attempt that was made here and has left its outcome in the inbox', async () => {
    const { id } = await killedInEffect(app.order);
    const attempts: number[] = [];
    const pay = () => (attempts.push(effectContext().attempt), 'again');
    const engine = await world.working(app, { pay, mail: () => 0 }, { leaseMs: 600 });
    await until('the doubt', () => inDoubt(id));
    await until('its sleep', async () => (await world.store.runs.find(id))!.worker === null);
    const query = engine.connection.query.bind(engine.connection);
    let isAway = true;
    engine.connection.query = async (statement, values) => (isAway && statement.name === 'perdure_claim_runs' ? [] : query(statement, values));
    const { uid } = (await world.store.runs.find(id))!;
    const { id: worker } = (await world.store.workers.list()).at(-1)!;
    await world.store.inbox.sendToUid(uid, writeEntry({ kind: 'retry', request: 1, attempt: 1 }));
    // What this worker does when it has the run, and loses it in memory before its next checkpoint.
    expect(await world.store.runs.claim(worker, [app.$perdure.artifact.entry], 10)).toMatchObject([{ uid }]);
    expect(await world.store.claims.claimAttempt(uid, 1, 2, worker)).toBe('claimed');
    await world.store.inbox.sendToUid(uid, writeEntry({ kind: 'result', request: 1, value: 'made before' }));
    isAway = false;
    expect(await (await engine.run(id)).result()).toEqual(['paid', 'made before']);
    expect(attempts).toEqual([]);
  });

  test('a run that is lost, and taken again while a failure is still being written under the name of before, goes on', async () => {
    const [fails, failing, adopted] = [gate(), gate(), gate()];
    const engine = world.engine({ leaseMs: 600 }).provide(app, {
      pay: { run: async () => (effectContext().attempt === 1 ? (await fails.promise, Promise.reject(new Error('not yet'))) : 'paid later'), retry: { attempts: 3, delay: 1 } },
      mail: () => 0,
    });
    let [names, loads] = [0, 0];
    const query = engine.connection.query.bind(engine.connection);
    engine.connection.query = async (statement, values) => {
      if (statement.name === 'perdure_register_worker' && ++names === 2) {
        fails.open();
        await failing.promise;
      }
      if (statement.name === 'perdure_record_failure' && names === 2 && loads === 0) {
        failing.open();
        await adopted.promise;
      }
      const rows = await query(statement, values);
      if (statement.name === 'perdure_load_run' && names === 2 && ++loads === 1) setTimeout(() => adopted.open(), 100);
      return rows;
    };
    await engine.work();
    const run = await engine.start(app.order);
    await until('the attempt', async () => (await world.store.log.load(run.uid)).log.length === 2);
    await world.buryAll();
    expect(await run.result()).toEqual(['paid', 'paid later']);
  });

  const inDoubt = async (id: string): Promise<boolean> => (await world.store.runs.find(id))!.inDoubt;

  test('an idempotent effect is made again, with the same key', async () => {
    const { id, key } = await killedInEffect(app.order, { idempotent: true });
    let context: { idempotencyKey: string; attempt: number } | undefined;
    const engine = await world.working(app, {
      pay: {
        run: () => {
          context = effectContext();
          return 'again';
        },
        idempotent: true,
      },
      mail: () => 0,
    });
    expect(await (await engine.run(id)).result()).toEqual(['paid', 'again']);
    expect(context).toMatchObject({ idempotencyKey: key, attempt: 2 });
  });

  test('any other is in doubt, and not made again until somebody says so', async () => {
    const { id, key } = await killedInEffect(app.order);
    const keys: string[] = [];
    const pay = (): string => {
      keys.push(effectContext().idempotencyKey);
      return 'second time';
    };
    const engine = await world.working(app, { pay, mail: () => 0 });
    await until('the doubt', () => inDoubt(id));
    const run = await engine.run(id);
    expect(await run.status()).toMatchObject({ state: 'running', inDoubt: true });
    await pause(60);
    expect(keys).toEqual([]);
    await engine.resolve(run, 'pay', { retry: true });
    expect(await run.result()).toEqual(['paid', 'second time']);
    expect(keys).toEqual([key]);
    expect((await run.status()).inDoubt).toBe(false);
    expect(await world.store.claims.of(run.uid)).toEqual([]);
  });

  test('somebody supplies the result', async () => {
    const { id } = await killedInEffect(app.order);
    const engine = await world.working(app, { pay: () => 'must not be called', mail: () => 0 });
    await until('the doubt', () => inDoubt(id));
    for (const nothing of [{}, null, true, { results: 1 }, { retry: false }, { retry: true, result: 1 }, { result: 1, error: 2 }]) {
      expect(await thrownBy(engine.resolve(id, 1, nothing as never)), JSON.stringify(nothing)).toMatchObject({ code: 'decision' });
    }
    expect(await thrownBy(engine.resolve(id, 1, { result: { at: process } }))).toMatchObject({ code: 'unstorable' });
    await engine.resolve(id, 1, { result: { receipt: new Date(7) } });
    expect(await (await engine.run(id)).result()).toEqual(['paid', { receipt: new Date(7) }]);
    expect(await inDoubt(id)).toBe(false);
  });

  test('somebody says that it failed', async () => {
    const { id } = await killedInEffect(app.careful);
    const engine = await world.working(app, { pay: () => 'must not be called', mail: () => 0 });
    await until('the doubt', () => inDoubt(id));
    await engine.resolve(id, '1', { error: new RangeError('the bank says no') });
    expect(await (await engine.run(id)).result()).toEqual(['RangeError', 'the bank says no']);
  });

  test('a decision made while nobody works is there for the next worker', async () => {
    const { id } = await killedInEffect(app.order);
    const first = await world.working(app, { pay: () => 1, mail: () => 0 });
    await until('the doubt', () => inDoubt(id));
    await first.close();
    await world.engine().resolve(id, 1, { result: 'decided' });
    const second = await world.working(app, { pay: () => 'must not be called', mail: () => 0 });
    expect(await (await second.run(id)).result()).toEqual(['paid', 'decided']);
    expect(await inDoubt(id)).toBe(false);
  });

  test('two decisions at once: one of them counts, an effect is not made twice', async () => {
    const { id } = await killedInEffect(app.order);
    let made = 0;
    const engine = await world.working(app, { pay: async () => {
      made++;
      await pause(20);
      return 'made';
    }, mail: () => 0 });
    await until('the doubt', () => inDoubt(id));
    await Promise.all([1, 2, 3].map(() => engine.resolve(id, 1, { retry: true }).catch(() => {})));
    expect(await (await engine.run(id)).result()).toEqual(['paid', 'made']);
    expect(made).toBe(1);
  });

  test('decisions about what is not in doubt are refused', async () => {
    const { id } = await killedInEffect(app.two);
    const engine = await world.working(app, { pay: () => 'x', mail: () => 0 });
    await until('both doubts', async () => (await world.store.claims.of((await world.store.runs.find(id))!.uid)).filter((c) => c.doubt).length === 2);
    const several = await thrownBy(engine.resolve(id, 'pay', { retry: true }));
    expect(several).toMatchObject({ code: 'not_in_doubt' });
    expect(several.message).toMatch(/Several.*pay #1, pay #2/);
    expect(await thrownBy(engine.resolve(id, 'mail', { retry: true }))).toMatchObject({ code: 'not_in_doubt' });
    expect(await thrownBy(engine.resolve(id, 7, { retry: true }))).toMatchObject({ code: 'not_in_doubt' });
    await engine.resolve(id, 1, { result: 'A' });
    await engine.resolve(id, 2, { result: 'B' });
    expect(await (await engine.run(id)).result()).toEqual(['A', 'B']);
    expect(await thrownBy(engine.resolve(id, 1, { retry: true }))).toMatchObject({ code: 'not_in_doubt' });
    const fine = await engine.start(app.waits);
    expect(await thrownBy(engine.resolve(fine, 1, { retry: true }))).toMatchObject({ code: 'not_in_doubt' });
  });
});

describe('with late outcomes', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open('postgres');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** A run whose worker has died in its first effect. */
  async function diesInPay(): Promise<{ id: string; uid: string }> {
    const reached = gate();
    const first: TestEngine = await world.working(app, { pay: () => {
      first.kill();
      reached.open();
      return new Promise(() => {});
    }, mail: () => 0 });
    const run = await first.start(app.order);
    await reached.promise;
    return run;
  }

  test('the result of a worker that was believed dead settles the doubt', async () => {
    const slow = gate<string>();
    const slept = await world.working(app, { pay: () => slow.promise, mail: () => 0 }, { leaseMs: 3_600_000 });
    const { id } = await slept.start(app.order);
    await until('the effect', async () => (await world.store.runs.find(id))!.worker !== null && (await world.store.log.read((await world.store.runs.find(id))!.uid, 0, 9)).length === 2);
    await world.buryAll(); // as if its lease had run out
    const other = await world.working(app, { pay: () => 'must not be called', mail: () => 0 });
    await until('the doubt', () => world.store.runs.find(id).then((run) => run!.inDoubt));
    slow.open('the zombie was paid');
    expect(await (await other.run(id)).result()).toEqual(['paid', 'the zombie was paid']);
    await until('no doubt', async () => !(await world.store.runs.find(id))!.inDoubt);
  });

  test('a late result that the next worker finds in the inbox leaves neither doubt nor a further attempt', async () => {
    for (const idempotent of [true, false]) {
      const { id, uid } = await diesInPay();
      await world.store.inbox.send(id, JSON.stringify({ result: 1, value: 'late' }));
      await world.buryAll();
      let made = 0;
      const engine = await world.working(app, { pay: { run: () => ++made, idempotent }, mail: () => 0 });
      expect(await (await engine.run(id)).result()).toEqual(['paid', 'late']);
      await pause(30);
      expect(made).toBe(0);
      expect(await world.store.claims.of(uid)).toEqual([]);
      await engine.close();
    }
  });

  test('a run whose result is on its way to the inbox is not let go before it is there: the worker may die', async () => {
    const { id, uid } = await diesInPay();
    await world.buryAll();
    await world.rows('UPDATE perdure.runs SET losses = 2 WHERE uid = $1', [uid]); // so its next cycle is tried apart first, for which
    const engine = world.engine();
    const { query } = engine.connection;
    let [paid, sent, isDown, hasFailed] = [0, 0, true, false];
    const unreachable = (): never => {
      throw new StoreError('unreachable', 'store_unreachable', 'no connection');
    };
    Object.defineProperty(engine.connection, 'query', {
      value: async (...args: Parameters<typeof query>) => {
        const [{ name }] = args;
        if (name === 'perdure_load_artifact' && paid > 0 && !hasFailed) {
          hasFailed = true; // the store is not there
          unreachable();
        }
        if (name === 'perdure_send_to_uid' && isDown) {
          sent++;
          unreachable();
        }
        return query.apply(engine.connection, args);
      },
    });
    await engine.provide(app, { pay: { run: () => `paid ${++paid}`, idempotent: true }, mail: () => 0 }).work();
    await until('the result to be on its way', () => sent > 1);
    expect((await world.store.runs.find(id))!.worker).not.toBe(null);
    isDown = false;
    expect(await (await engine.run(id)).result()).toEqual(['paid', 'paid 1']);
  });

  test('a result whose cycle is lost to another worker reaches that one', async () => {
    const gates = { a: gate<unknown>(), b: gate<unknown>() };
    const slept = await world.working(app, { pay: (name: 'a' | 'b') => gates[name].promise, mail: () => 0 }, { leaseMs: 3_600_000 });
    const { id, uid } = await slept.start(app.two);
    await until('the effects', async () => (await world.store.log.read(uid, 0, 9)).length === 2);
    await world.buryAll();
    const other = await world.working(app, { pay: () => 'must not be called', mail: () => 0 }, { restMs: 60_000 });
    await until('both doubts', async () => (await world.store.claims.of(uid)).filter((claim) => claim.doubt).length === 2);
    await other.resolve(id, 1, { result: 'decided' });
    await until('the decision', async () => (await world.store.log.read(uid, 0, 9)).length === 3);
    gates.b.open({ at: new Date(5) });
    expect(await (await other.run(id)).result()).toEqual(['decided', { at: new Date(5) }]);
    gates.a.open('too late');
    await pause(20);
    expect(await world.store.claims.of(uid)).toEqual([]);
  });

  test('a decision that the store fails in the middle of is not lost', async () => {
    const engine = world.engine().provide(app, { pay: { run: () => (++made === 1 ? new Promise(() => {}) : 'again'), timeout: 10 }, mail: () => 0 });
    let made = 0;
    await engine.work();
    const run = await engine.start(app.order);
    await until('the doubt', async () => (await run.status()).inDoubt);
    const query = engine.connection.query.bind(engine.connection);
    let failures = 0;
    engine.connection.query = (statement, values) => {
      if (statement.name !== 'perdure_read_claims' || failures === 2) return query(statement, values);
      failures++;
      return Promise.reject(new StoreError('unreachable', 'store_unreachable', 'not reached'));
    };
    await world.store.inbox.send(run.id, JSON.stringify({ retry: 1, attempt: 1 }));
    expect(await run.result()).toEqual(['paid', 'again']);
    expect([made, failures]).toEqual([2, 2]);
  });

  test('a decision that comes late does not decide about the next doubt', async () => {
    let made = 0;
    const engine = await world.working(app, { pay: { run: () => (++made, new Promise(() => {})), timeout: 10 }, mail: () => 0 });
    const run = await engine.start(app.order);
    await until('the first doubt', async () => (await run.status()).inDoubt);
    await engine.resolve(run, 'pay', { retry: true });
    await until('the second attempt', () => made === 2);
    await until('the second doubt', async () => (await run.status()).inDoubt);
    await world.store.inbox.send(run.id, JSON.stringify({ retry: 1, attempt: 1 }));
    await pause(100);
    expect(made).toBe(2);
    await engine.resolve(run, 'pay', { result: 'found' });
    expect(await run.result()).toEqual(['paid', 'found']);
  });

  test('a person may ask for another attempt beside one that never ends', async () => {
    let made = 0;
    const engine = await world.working(app, {
      pay: { run: () => (++made === 1 ? new Promise(() => {}) : 'second'), timeout: 10 },
      mail: () => 0,
    });
    const run = await engine.start(app.order);
    await until('the doubt', async () => (await run.status()).inDoubt);
    await engine.resolve(run, 'pay', { retry: true });
    expect(await run.result()).toEqual(['paid', 'second']);
  });
});

describe('an orderly close', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open('postgres');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('waits for the effect in hand and leaves the next one, in no doubt, to the next worker', async () => {
    const slow = gate<string>();
    const engine = await world.working(app, { pay: () => slow.promise, mail: () => 'not by this one' });
    const run = await engine.start(app.steps, { id: 'steps' });
    await until('the effect', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    const closing = engine.close();
    await pause(20);
    slow.open('paid');
    await closing;
    expect(engine.connection.late).toEqual([]);
    const stored = (await world.store.runs.find('steps'))!;
    expect(stored).toMatchObject({ worker: null, status: 'running', inDoubt: false });
    expect(await world.store.workers.list()).toEqual([]);
    const contexts: unknown[] = [];
    const next = await world.working(app, { pay: () => 'must not be called', mail: () => {
      contexts.push(effectContext().attempt, effectContext().idempotencyKey);
      return 'mailed';
    } });
    expect(await (await next.run('steps')).result()).toEqual(['paid', 'mailed']);
    expect(contexts).toEqual([1, `${run.uid}:2`]);
    expect(await world.store.claims.of(run.uid)).toEqual([]);
  });

  test('an unclaimed effect whose worker then dies is in doubt like any other', async () => {
    const slow = gate<string>();
    const engine = await world.working(app, { pay: () => slow.promise, mail: () => 0 });
    const run = await engine.start(app.steps);
    await until('the effect', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    const closing = engine.close();
    slow.open('paid');
    await closing;
    const reached = gate();
    const dying = world.engine().provide(app, { pay: () => 0, mail: () => {
      dying.kill();
      reached.open();
      return new Promise(() => {});
    } });
    void dying.work();
    await reached.promise;
    await world.buryAll();
    const next = await world.working(app, { pay: () => 0, mail: () => 'again' });
    await until('the doubt', async () => (await world.store.runs.find(run.id))!.inDoubt);
    await next.resolve(run.id, 'mail', { retry: true });
    expect(await (await next.run(run.id)).result()).toEqual(['paid', 'again']);
  });

  test('lets no run sleep whose next effect it leaves to the next worker', async () => {
    const slow = gate<string>();
    const looking = gate();
    const looked = gate();
    const engine = await world.working(app, { pay: () => slow.promise, mail: () => 'not by this one' }, { restMs: 0 });
    const run = await engine.start(app.steps);
    await until('the effect', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    const query = engine.connection.query.bind(engine.connection);
    engine.connection.query = async (statement, values) => {
      if (statement.name === 'perdure_claim_runs') {
        looking.open();
        await looked.promise;
      }
      return query(statement, values);
    };
    await looking.promise;
    const closing = engine.close();
    slow.open('paid');
    await until('the step', async () => (await world.store.log.read(run.uid, 0, 9)).length === 3);
    looked.open();
    await closing;
    expect((await world.store.runs.find(run.id))!.wakeMs).toBeLessThanOrEqual(await world.store.clock());
  });

  test('aborts the signals of effects that outlast the deadline', async () => {
    let signal: AbortSignal | undefined;
    const engine = await world.working(app, { pay: () => {
      signal = effectContext().signal;
      return pause(60_000, signal);
    }, mail: () => 0 });
    const run = await engine.start(app.order);
    await until('the effect', () => signal);
    const began = performance.now();
    await engine.close({ deadline: 30 });
    expect(performance.now() - began).toBeLessThan(1500);
    expect(signal!.aborted).toBe(true);
    expect(signal!.reason).toMatchObject({ code: 'closing' });
    const next = await world.working(app, { pay: () => 'must not be called', mail: () => 0 });
    await until('the doubt', async () => (await world.store.runs.find(run.id))!.inDoubt);
    await next.resolve(run.id, 1, { result: 'settled' });
    expect(await (await next.run(run.id)).result()).toEqual(['paid', 'settled']);
  });

  test('leaves no handle behind: sleeping runs, pauses and timeouts are taken at once by another worker', async () => {
    const engine = await world.working(app, { pay: { run: () => Promise.reject(new Error('x')), retry: { attempts: 3, delay: 1500, jitter: false }, timeout: '1 hour' }, mail: () => 0 }, { pollMs: 3_600_000, restMs: 3_600_000 });
    const waiting = await engine.start(app.waits);
    const failing = await engine.start(app.order);
    await until('the failure', async () => (await world.store.claims.of(failing.uid)).length === 1);
    const began = performance.now();
    await engine.close();
    expect(performance.now() - began).toBeLessThan(1500);
    expect(engine.connection.late).toEqual([]);
    const next = await world.working(app, { pay: { run: () => 'fine', retry: { attempts: 3 } }, mail: () => 0 }, { leaseMs: 3_600_000 });
    expect(await (await next.run(failing.id)).result()).toEqual(['paid', 'fine']);
    await (await next.run(waiting.id)).send(app.go, 'went');
    expect(await (await next.run(waiting.id)).result()).toBe('went');
  });

  test('closing twice waits once; closing while work begins is fine', async () => {
    const engine = world.engine().provide(app, { pay: () => 0, mail: () => 0 });
    const working = engine.work();
    await Promise.all([engine.close(), engine.close(), working]);
    expect(await world.store.workers.list()).toEqual([]);
  });
});
