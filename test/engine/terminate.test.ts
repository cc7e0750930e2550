/**
 * Ending runs from outside: at once, whoever holds them and whatever they are doing.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import type { Sql } from '../../runtime/store/sql.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World } from '../support/app.ts';
import { tamperWith } from '../support/tamper.ts';
import { lastEntry } from '../support/log.ts';

const app = compileApp(`
  export declare function pay(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export async function cleans() { try { return await pay(1); } finally { await pay('never'); } }
  export async function naps() { try { await sleep('365 days'); } finally { await pay('never'); } }
  export async function busy() { for (;;) await pay('again'); }
  export async function dozes() { await sleep(100); return await pay('woken'); }
  export async function detached() { void pay('slow'); return 'done'; }
`, 'terminate');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const asleep = (uid: string) => until('it to sleep', async () => (await world.store.runs.findByUid(uid))!.worker === null && (await world.store.log.read(uid, 1, 1)).length);
  const lastCause = async (uid: string) => (await world.store.log.read(uid, 0, 1000)).at(-1)!.cause;

  test('a run that sleeps has ended, with the reason, and nothing of it ran', async () => {
    let calls = 0;
    const engine = await world.working(app, { pay: () => calls++ });
    const run = await engine.start(app.naps);
    await asleep(run.uid);
    await run.terminate({ reason: 'entered twice' });
    expect(await thrownBy(run.result())).toMatchObject({ code: 'run_terminated', message: `The run '${run.id}' was terminated: entered twice` });
    expect(await run.status()).toMatchObject({ state: 'terminated', finishedAt: expect.any(Date) });
    expect(await lastCause(run.uid)).toBe('{"terminate":true,"reason":"entered twice"}');
    expect(calls).toBe(0);
    for (const late of [() => run.terminate(), () => run.cancel(), () => run.send('go', 1)]) expect(await thrownBy(late)).toMatchObject({ code: 'run_ended' });
  });

  test('the worker that holds it aborts its effects; what they return is dropped', async () => {
    const [begun, aborted, finish] = [gate(), gate(), gate<string>()];
    let calls = 0;
    const pay = () => {
      calls++;
      effectContext().signal.addEventListener('abort', () => aborted.open());
      begun.open();
      return finish.promise;
    };
    const engine = await world.working(app, { pay });
    const run = await engine.start(app.cleans);
    await begun.promise;
    // From another process.
    await world.engine().terminate(run.id);
    await aborted.promise;
    finish.open('late');
    await pause(50);
    expect([await (await run.status()).state, calls]).toEqual(['terminated', 1]);
    expect(await world.store.runs.find(run.id)).toMatchObject({ worker: null, wakeMs: null });
    expect(await world.store.inbox.after(run.uid, 0)).toEqual([]);
    expect(await lastCause(run.uid)).toContain('terminate');
  });

  test('a run in full career is ended between two of its cycles', async () => {
    const engine = await world.working(app, { pay: () => 0 });
    const runs = await Promise.all(Array.from({ length: 5 }, () => engine.start(app.busy)));
    await pause(30);
    await Promise.all(runs.map((run) => run.terminate()));
    const ends = await Promise.all(runs.map(async ({ uid }) => (await lastEntry(world.store, uid)).seq));
    await pause(50);
    expect(await Promise.all(runs.map(async ({ uid }) => (await lastEntry(world.store, uid)).seq))).toEqual(ends);
    for (const { uid } of runs) expect(await lastCause(uid)).toContain('terminate');
  });

  test('… also by somebody far away from the database', { timeout: 15_000 }, async () => {
    const engine = await world.working(app, { pay: () => 0 });
    const run = await engine.start(app.busy);
    const far = world.engine();
    const query: Sql['query'] = far.connection.query.bind(far.connection);
    far.connection.query = async (statement, values) => {
      await pause(20);
      const rows = await query(statement, values);
      await pause(20);
      return rows;
    };
    await far.terminate(run.id);
    expect((await run.status()).state).toBe('terminated');
  });

  test('a run that has just been claimed by a worker, and is not loaded yet, does nothing more', async () => {
    let calls = 0;
    const first = await world.working(app, { pay: () => calls++ });
    const run = await first.start(app.dozes);
    await asleep(run.uid);
    await first.close();
    const worker = world.engine().provide(app, { pay: () => calls++ });
    const query: Sql['query'] = worker.connection.query.bind(worker.connection);
    worker.connection.query = async (statement, values) => {
      if (statement.name === 'perdure_load_run') await world.engine().terminate(run.id);
      return query(statement, values);
    };
    await worker.work();
    await until('it to be let go', async () => {
      const { status, worker: holder } = (await world.store.runs.find(run.id))!;
      return status === 'terminated' && holder === null;
    });
    await pause(50);
    expect([calls, await lastCause(run.uid)]).toEqual([0, '{"terminate":true}']);
  });

  test('one that has not begun never does, and a parked one ends as well', async () => {
    let calls = 0;
    const client = world.engine();
    const [early, parked] = [await client.start(app.cleans), await client.start(app.cleans)];
    await early.terminate();
    await tamperWith(world.sql).parkAll();
    await parked.terminate();
    await world.working(app, { pay: () => calls++ });
    await pause(50);
    expect([(await early.status()).state, (await parked.status()).state, calls]).toEqual(['terminated', 'terminated', 0]);
    // Its log is the start and the end, and can be read.
    expect(await inspectRun(world.store, (await world.store.runs.find(early.id))!)).toMatchObject({ seq: 1, tasks: [], requests: [] });
  });

  // Nobody tells of an end that was told before: who waits for that in vain asks the store only after ten seconds.
  test('what a workflow has returned stays, if only effects were still under way', { timeout: 8000 }, async () => {
    const engine = await world.working(app, { pay: () => new Promise(() => {}) });
    const run = await engine.start(app.detached);
    expect(await run.result()).toBe('done');
    await run.terminate();
    expect(await run.result()).toBe('done');
    expect((await run.status()).state).toBe('terminated');
  });

  test.each([
    ['effects', {}],
    ['effects with a limit', { concurrency: 1 }],
  ])('a worker that closes does not wait for %s of a run that is terminated meanwhile', { timeout: 15_000 }, async (_, policy) => {
    const begun = gate();
    const engine = await world.working(app, { pay: { run: () => (begun.open(), new Promise(() => {})), ...policy } });
    const run = await engine.start(app.cleans);
    await begun.promise;
    const closing = engine.close({ deadline: '1 minute' });
    await world.engine().terminate(run.id);
    await closing;
  });

  test('a worker that dies before it has heard of it does no harm', async () => {
    const begun = gate();
    const first = await world.working(app, { pay: () => (begun.open(), new Promise(() => {})) });
    const run = await first.start(app.cleans);
    await begun.promise;
    first.kill();
    await world.engine().terminate(run.id);
    await world.buryAll();
    let calls = 0;
    await world.working(app, { pay: () => calls++ });
    await pause(50);
    expect(calls).toBe(0);
    expect(await world.store.runs.find(run.id)).toMatchObject({ status: 'terminated', worker: null, wakeMs: null });
  });
});
