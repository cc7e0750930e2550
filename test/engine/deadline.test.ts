/**
 * Deadlines of runs: by the database's clock, whatever the run is doing and whoever is there.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, effectContext } from '../../runtime/client.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World } from '../support/app.ts';
import { tamperWith } from '../support/tamper.ts';

const HOUR = 3_600_000;

const app = compileApp(`
  export declare function pay(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export async function pays() { return await pay(1); }
  export async function naps() { await sleep('365 days'); }
  export async function cleans() { try { await sleep('365 days'); } finally { await pay('cleans'); } }
  export async function quick() { return 'quick'; }
  export async function stuck() { await new Promise(() => {}); }
`, 'deadline');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const asleep = (uid: string) => until('it to sleep', async () => (await world.store.runs.findByUid(uid))!.worker === null && (await world.store.log.read(uid, 1, 1)).length);

  test('a run is cancelled when it is due, and not before', async () => {
    const aborted = gate<number>();
    const pay = () =>
      new Promise((resolve) =>
        effectContext().signal.addEventListener('abort', () => {
          void world.store.clock().then(aborted.open);
          resolve('late');
        }),
      );
    const engine = await world.working(app, { pay });
    const before = await world.store.clock();
    const run = await engine.start(app.pays, { deadline: 400 });
    const error = await thrownBy(run.result());
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toMatchObject({ reason: 'its deadline has passed', effects: [{ outcome: 'completed', value: 'late' }] });
    expect(await aborted.promise).toBeGreaterThanOrEqual(before + 400);
    expect((await run.status()).state).toBe('cancelled');
  });

  test('one that waits to be started again, or for its turn as well, hears of it in time', async () => {
    const engine = await world.working(app, { pay: () => 0 });
    const debounce = { key: `restless ${kind}`, wait: '1 hour' };
    const run = await engine.start(app.quick, { debounce, deadline: new Date(await world.store.clock() + 300) });
    const again = await engine.start(app.quick, { debounce, deadline: new Date(await world.store.clock() + 250) });
    expect(again.uid).toBe(run.uid);
    expect(await thrownBy(run.result())).toMatchObject({ reason: 'its deadline has passed' });
  });

  test('one that waits for its turn does not begin by its deadline, though the worker knows the clock only vaguely', async () => {
    const engine = world.engine().provide(app, { pay: () => 0 });
    const query = engine.connection.query.bind(engine.connection);
    engine.connection.query = async (statement, values) => {
      const rows = await query(statement, values);
      if (statement.name === 'perdure_read_clock') await pause(300);
      return rows;
    };
    await engine.work();
    const concurrency = { key: `vague ${kind}` };
    await engine.start(app.naps, { concurrency });
    const run = await engine.start(app.quick, { concurrency, deadline: new Date(await world.store.clock() + 200) });
    expect(await thrownBy(run.result())).toMatchObject({ reason: 'its deadline has passed' });
  });

  test('one that ends before is not touched, and the time that is left does not keep it', async () => {
    const engine = await world.working(app, { pay: () => 'paid' });
    const run = await engine.start(app.pays, { deadline: '1 hour' });
    expect(await run.result()).toBe('paid');
    expect(await run.status()).toMatchObject({ state: 'completed' });
    expect(await thrownBy((await engine.start(app.stuck, { deadline: '1 hour' })).result())).toMatchObject({ code: 'deadlock' });
  });

  // (A store in memory has no clock that could be put forward.)
  test.skipIf(kind === 'memory')('one that sleeps is woken for it, by whoever works then; it cleans up', async () => {
    const first = await world.working(app, { pay: () => 0 });
    const run = await first.start(app.cleans, { deadline: new Date(Date.now() + HOUR) });
    await asleep(run.uid);
    await first.close();
    const calls: unknown[] = [];
    const later = await world.working(app, { pay: (what: unknown) => calls.push(what) }, { aheadMs: 2 * HOUR });
    expect(await thrownBy((await later.run(run.id)).result())).toBeInstanceOf(CancelledError);
    expect(calls).toEqual(['cleans']);
  });

  test('one that nobody could begin in time never begins', async () => {
    const client = world.engine();
    const runs = [
      await client.start(app.pays, { deadline: new Date(Date.now() - HOUR) }),
      await client.start(app.pays, { deadline: 1, at: new Date(Date.now() + 30) }),
    ];
    await pause(60);
    let calls = 0;
    await world.working(app, { pay: () => calls++ });
    for (const run of runs) expect(await thrownBy(run.result())).toMatchObject({ name: 'CancelledError', effects: [] });
    expect(calls).toBe(0);
  });

  test('one that waits for its turn hears of it without', async () => {
    const engine = await world.working(app, { pay: () => 0 });
    const concurrency = { key: `turn-${kind}` };
    const ahead = await engine.start(app.naps, { concurrency });
    const behind = await engine.start(app.quick, { concurrency, deadline: 50 });
    expect(await thrownBy(behind.result())).toBeInstanceOf(CancelledError);
    const next = await engine.start(app.quick, { concurrency });
    expect((await next.status()).state).toBe('pending');
    await ahead.terminate();
    expect(await next.result()).toBe('quick');
  });

  test('a parked run hears of it when it is resumed', async () => {
    const engine = await world.working(app, { pay: () => 0 });
    const run = await engine.start(app.naps, { deadline: 200 });
    await asleep(run.uid);
    await tamperWith(world.sql).parkAll();
    await pause(250);
    expect((await run.status()).state).toBe('parked');
    await engine.resume(run);
    expect(await thrownBy(run.result())).toBeInstanceOf(CancelledError);
  });

  test('the same start finds the same run, which keeps its deadline', async () => {
    const engine = await world.working(app, { pay: () => 0 });
    const run = await engine.start(app.naps, { id: `once-${kind}`, deadline: 50 });
    expect((await engine.start(app.naps, { id: `once-${kind}`, deadline: '1 day' })).uid).toBe(run.uid);
    expect(await thrownBy(run.result())).toBeInstanceOf(CancelledError);
  });

  test('what is no deadline is refused', async () => {
    const engine = world.engine();
    for (const deadline of ['soon', -1, new Date(Number.NaN), {} as never]) {
      expect(await thrownBy(engine.start(app.quick, { deadline }))).toMatchObject({ code: 'start_options' });
    }
  });
});
