/**
 * What one worker has room for: effects under way at a time, and bytes of runs in memory.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { compileApp, gate, KINDS, pause, until, World } from '../support/app.ts';

const app = compileApp(`
  import { channel } from 'perdure';
  export const go = channel<string>('go');
  export declare function act(...args: any[]): Promise<any>;
  export declare function other(...args: any[]): Promise<any>;
  export async function once(...args: any[]) { return await act(...args); }
  export async function others() { return await other(); }
  export async function parallel(n: number) { return await Promise.all(Array.from({ length: n }, (_, i) => act(i))); }
  export async function holds(bytes: number) { const ballast = 'x'.repeat(bytes); return [await go.receive(), ballast.length]; }
  export async function gives(n: number) {
    try { await Promise.all(Array.from({ length: n }, (_, i) => act(i))); }
    catch (error: any) { return error.effects.map((e: any) => e.outcome); }
  }
`, 'room');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** Makes effects that take a moment, and counts how many at a time. */
  function gauge() {
    const seen = { now: 0, most: 0, begun: [] as unknown[] };
    const run = async (what: unknown) => {
      seen.begun.push(what);
      seen.most = Math.max(seen.most, ++seen.now);
      await pause(3);
      seen.now--;
      return what;
    };
    return { seen, effects: { act: run, other: run } };
  }

  test('no more effects are under way than there is room for, each is made once, and nothing is left over', async () => {
    const { seen, effects } = gauge();
    const engine = await world.working(app, effects, { effectsMax: 3 });
    const runs = await Promise.all([20, 1, 7].map((n) => engine.start(app.parallel, { args: [n] })));
    for (const [i, n] of [20, 1, 7].entries()) expect(await runs[i]!.result()).toEqual(Array.from({ length: n }, (_, at) => at));
    expect(seen.most).toBe(3);
    expect(seen.begun).toHaveLength(28);
    for (const run of runs) expect(await world.store.claims.of(run.uid)).toEqual([]);
  });

  test('what hangs without being wanted any more takes no room', async () => {
    const begun: string[] = [];
    const engine = await world.working(app, {
      act: { run: (what: string) => (begun.push(what), what === 'hangs' ? new Promise(() => {}) : what), timeout: 20, idempotent: true, retry: { attempts: 1 } } as never,
      other: () => 0,
    }, { effectsMax: 1 });
    const hanging = await engine.start(app.once, { args: ['hangs'] });
    const error = await hanging.result().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'effect_timeout' });
    expect(await (await engine.start(app.once, { args: ['goes on'] })).result()).toBe('goes on');
    expect(begun).toEqual(['hangs', 'goes on']);
  });

  test.each(['stops when it is told to', 'fails late'])('an attempt that took too long and %s does not disturb the next, which waits for room', async (how) => {
    const [busy, ended] = [gate(), gate()];
    let attempts = 0;
    const act = async (what: string) => {
      if (what === 'busy') return busy.promise;
      if (++attempts > 1) return 'the second';
      const { signal } = effectContext();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await ended.promise;
      throw how === 'fails late' ? new Error('late') : signal.reason;
    };
    const policy = { run: act, idempotent: true, retry: { attempts: 3, delay: 30 } };
    const engine = await world.working(app, { act: { ...policy, timeout: 20 } as never, other: { run: () => busy.promise } }, { effectsMax: 1 });
    const slow = await engine.start(app.once, { args: ['slow'] });
    const other = await engine.start(app.others);
    await until('the first to fail', async () => (await world.store.claims.of(slow.uid))[0]?.failure != null);
    await pause(80); // its pause is over, and the other has its room
    ended.open();
    await pause(20);
    busy.open();
    await other.result();
    expect(await slow.result()).toBe('the second');
    expect(attempts).toBe(2);
  });

  test('an effect that waits for room when its run is cancelled never begins', async () => {
    const [open, begun] = [gate(), [] as number[]];
    const engine = await world.working(app, { act: async (i: number) => (begun.push(i), await open.promise, i), other: () => 0 }, { effectsMax: 2 });
    const run = await engine.start(app.gives, { args: [5] });
    await until('two', () => begun.length === 2);
    await engine.cancel(run, { wait: 10_000 });
    await until('the cancellation', async () => (await world.store.log.load(run.uid)).log.length >= 3);
    open.open();
    expect(await run.result()).toEqual(['completed', 'completed', 'not begun', 'not begun', 'not begun']);
    expect(begun).toHaveLength(2);
  });

  test('what waits for room when its worker closes is made by the next, once', async () => {
    const begun: number[] = [];
    const slow = { act: async (i: number) => (begun.push(i), await pause(30), i), other: () => 0 };
    const first = await world.working(app, slow, { effectsMax: 2 });
    const run = await first.start(app.parallel, { args: [9] });
    await until('the first', () => begun.length >= 2);
    await first.close();
    expect(begun.length).toBeLessThan(9);
    await world.working(app, slow, { effectsMax: 2 });
    expect(await (await world.engine().run(run.id)).result()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...begun].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('what waits for room when its worker dies is made by the next, once', async () => {
    const begun: number[] = [];
    const first = await world.working(app, { act: async (i: number) => (begun.push(i), await new Promise(() => {})), other: () => 0 }, { effectsMax: 2 });
    const run = await first.start(app.parallel, { args: [6] });
    await until('the first', () => begun.length === 2);
    first.kill();
    await world.buryAll();
    await world.working(app, { act: { run: (i: number) => (begun.push(i), i), idempotent: true } as never, other: () => 0 }, { effectsMax: 2 });
    expect(await (await world.engine().run(run.id)).result()).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...begun].sort()).toEqual([0, 0, 1, 1, 2, 3, 4, 5]);
  });

  test('runs that wait leave memory before their time where their states are too large together', async () => {
    const engine = await world.working(app, gauge().effects, { restMs: 60_000, runsBytesMax: 50_000 });
    const isHeld = async (id: string) => (await world.store.runs.find(id))!.worker !== null;
    const small = await engine.start(app.holds, { args: [10] });
    await until('the first wait', async () => (await world.store.log.load(small.uid)).log.length === 2);
    await pause(100);
    expect(await isHeld(small.id)).toBe(true);
    const large = await engine.start(app.holds, { args: [100_000] });
    await until('room', async () => !(await isHeld(small.id)) && !(await isHeld(large.id)));
    // What they hold counts no more.
    const next = await engine.start(app.holds, { args: [20] });
    await until('the next wait', async () => (await world.store.log.load(next.uid)).log.length === 2);
    await pause(100);
    expect(await isHeld(next.id)).toBe(true);
    for (const run of [small, large, next]) await run.send(app.go, 'on');
    expect(await Promise.all([small, large, next].map((run) => run.result()))).toEqual([['on', 10], ['on', 100_000], ['on', 20]]);
  });

  test('a run that is due where there is no room is not asked for without a pause', async () => {
    const block = gate();
    let begun = 0;
    const engine = await world.working(app, { act: async () => (begun++, await block.promise, 'made'), other: () => 0 }, { runsMax: 1, pollMs: 1000 });
    const query = engine.connection.query.bind(engine.connection);
    let asked = 0;
    engine.connection.query = (statement, values) => {
      if (statement.name === 'perdure_next_due') asked++;
      return query(statement, values);
    };
    const runs = [await engine.start(app.once), await engine.start(app.once)];
    await until('the first', () => begun === 1);
    asked = 0;
    await pause(400);
    expect(asked).toBeLessThan(40);
    expect(begun).toBe(1);
    block.open();
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(['made', 'made']);
  });
});
