/**
 * Runs that begin before they are stored: what a start asks for happens once it is there, and else never.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { host } from '../../runtime/host.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { compileApp, gate, KINDS, pause, thrownBy, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function pay(n: number): Promise<any>;
  export async function order(n: number) { console.log('order', n); return ['paid', await pay(n)]; }
  export async function sums(a: number, b: number) { return a + b; }
  export async function fails() { throw new RangeError('no'); }
  export async function sleeps(ms: number) { const from = Date.now(); await sleep(ms); return Date.now() - from >= ms; }
  export async function remembers(ms: number) { const receipt = await Promise.race([pay(1), sleep(ms)]); return receipt; }
  export const notes = channel<string>('notes');
  export async function listens() { return await notes.receive(); }
  export async function loops() { for (;;); }
  export async function stores() { const order = { walk: Reflect.apply([].values, [1], []) }; await sleep('1 hour'); return order; }
`, 'newcomers');

type Query = TestEngine['connection']['query'];

/** What happens to the first start of an engine. */
function meddle(engine: TestEngine, how: (go: () => ReturnType<Query>) => ReturnType<Query>): void {
  const query: Query = engine.connection.query.bind(engine.connection);
  let isFirst = true;
  engine.connection.query = (statement, values) => {
    if (!isFirst || statement.name !== 'perdure_start_run') return query(statement, values);
    isFirst = false;
    return how(() => query(statement, values));
  };
}

const lost = new StoreError('unknown', 'store_connection', 'The connection was lost');
const holds = (engine: TestEngine, uid: string): boolean => (engine as unknown as { worker: { holds(uid: string): boolean } }).worker.holds(uid);

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  let paid: number[] = [];
  const effects = { pay: (n: number) => paid.push(n) };
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(async () => {
    await world.calm();
    await world.buryAll();
    paid = [];
  });
  afterAll(() => world.close());

  const seqs = async (uid: string): Promise<number[]> => (await world.store.log.read(uid, 0, 99)).map(({ seq }) => seq);

  test('a run is stored with its first cycle, by one statement, and goes on', async () => {
    const engine = await world.working(app, effects, { restMs: 60_000 });
    const run = await engine.start(app.order, { args: [7] });
    expect((await seqs(run.uid)).slice(0, 2)).toEqual([0, 1]);
    expect(await run.result()).toEqual(['paid', 1]);
    expect(await seqs(run.uid)).toEqual([0, 1, 2]);
    expect(paid).toEqual([7]);
  });

  test('what ends at once has ended when it is started', async () => {
    const engine = await world.working(app, effects);
    const [sum, failed] = [await engine.start(app.sums, { args: [1, 2] }), await engine.start(app.fails)];
    expect(await sum.status()).toMatchObject({ state: 'completed', finishedAt: expect.any(Date) as Date });
    expect(await failed.status()).toMatchObject({ state: 'failed' });
    expect(await sum.result()).toBe(3);
    expect(await thrownBy(failed.result())).toMatchObject({ name: 'RangeError', message: 'no' });
    expect([holds(engine, sum.uid), holds(engine, failed.uid)]).toEqual([false, false]);
    expect(await engine.retry(failed)).toBe(0);
    expect(await thrownBy(failed.result())).toMatchObject({ name: 'RangeError' });
  });

  test('what sleeps for long does so at once, and wakes', async () => {
    const engine = await world.working(app, effects, { restMs: 50 });
    const run = await engine.start(app.sleeps, { args: [300] });
    expect(holds(engine, run.uid)).toBe(false);
    expect(await world.store.runs.find(run.id)).toMatchObject({ worker: null, status: 'running' });
    const inMs = (await world.store.runs.find(run.id))!.wakeMs! - (await world.store.clock());
    expect(inMs).toBeGreaterThan(0);
    expect(inMs).toBeLessThanOrEqual(300);
    expect(await run.result()).toBe(true);
  });

  test('what is due soon, or waits for more than time, is held', async () => {
    const engine = await world.working(app, { pay: () => pause(50).then(() => 'receipt') }, { restMs: 60_000 });
    const [soon, both] = [await engine.start(app.sleeps, { args: [100] }), await engine.start(app.remembers, { args: [3_600_000] })];
    expect([holds(engine, soon.uid), holds(engine, both.uid)]).toEqual([true, true]);
    expect([await soon.result(), await both.result()]).toEqual([true, 'receipt']);
  });

  test('of a run whose id is taken nothing has happened', async () => {
    const lines: string[] = [];
    const { print } = host;
    host.print = (_, [line]) => void lines.push(String(line));
    try {
      const engine = await world.working(app, { pay: (n: number) => pause(20).then(() => paid.push(n)) });
      const id = `taken-${kind}`;
      const runs = await Promise.all([1, 2, 3].map(() => engine.start(app.order, { id, args: [7] })));
      expect(new Set(runs.map(({ uid }) => uid)).size).toBe(1);
      expect(await thrownBy(engine.start(app.order, { id, args: [8] }))).toMatchObject({ code: 'run_exists' });
      expect(await runs[0]!.result()).toEqual(['paid', 1]);
      expect(paid).toEqual([7]);
      expect(lines).toEqual(['order 7']);
    } finally {
      host.print = print;
    }
  });

  test('after a worker was lost runs are stored before they begin: what ends a process leaves a trace', async () => {
    const first = await world.working(app, effects);
    const starts = async (engine: TestEngine): Promise<string[]> => {
      const names: string[] = [];
      const query: Query = engine.connection.query.bind(engine.connection);
      engine.connection.query = (statement, values) => {
        if (statement.name === 'perdure_start_run') names.push(values.includes('{}') ? 'stored first' : 'begun first');
        return query(statement, values);
      };
      expect(await (await engine.start(app.order, { args: [1] })).result()).toEqual(['paid', paid.length]);
      return names;
    };
    expect(await starts(first)).toEqual(['begun first']);
    first.kill();
    await world.buryAll();
    expect(await starts(await world.working(app, effects, { cautionMs: 60_000 }))).toEqual(['stored first']);
    expect(await starts(await world.working(app, effects, { cautionMs: 0 }))).toEqual(['begun first']);
  });

  test('what cannot be evaluated, or stored, is parked where it begins, and stops nothing else', async () => {
    const engine = await world.working(app, effects, { limits: { cycleMs: 100, stateBytes: 1 << 20 } });
    const [loop, good, bad] = await Promise.all([engine.start(app.loops), engine.start(app.order, { args: [1] }), engine.start(app.stores)]);
    expect(await thrownBy(loop.result())).toMatchObject({ code: 'cycle_time' });
    expect((await thrownBy(bad.result())).message).toMatch(/cycle 1: .*order\.walk/);
    expect(await good.result()).toEqual(['paid', 1]);
    for (const { uid } of [loop, bad]) {
      expect(await seqs(uid)).toEqual([0]);
      expect(await world.store.runs.findByUid(uid)).toMatchObject({ status: 'parked', worker: null });
    }
  });
});

describe('an answer', () => {
  let world: World;
  let paid: number[] = [];
  const working = (options: object = {}) => world.working(app, { pay: (n: number) => paid.push(n) }, options);
  beforeAll(async () => {
    world = await World.open('memory');
  });
  afterEach(async () => {
    await world.calm();
    await world.buryAll();
    paid = [];
  });

  test('that is lost is the start\'s error, and the run goes on if it is there', async () => {
    const engine = await working();
    meddle(engine, (go) => go().then(() => Promise.reject(lost)));
    expect(await thrownBy(engine.start(app.order, { id: 'answer-lost', args: [1] }))).toBe(lost);
    expect(await (await engine.run('answer-lost')).result()).toEqual(['paid', 1]);
    expect(paid).toEqual([1]);
  });

  /** The answer to its start comes once `late` is opened. */
  async function starting(options: object = {}) {
    const engine = await working({ restMs: 60_000, ...options });
    const late = gate();
    meddle(engine, async (go) => {
      const rows = await go();
      await late.promise;
      return rows;
    });
    return { engine, late };
  }

  test('that comes when the run has been terminated begins nothing', async () => {
    const { engine, late } = await starting();
    const started = engine.start(app.order, { id: 'terminated', args: [1] });
    await pause(20);
    await engine.terminate('terminated');
    await pause(100);
    late.open();
    const run = await started;
    await pause(50);
    expect([paid, holds(engine, run.uid)]).toEqual([[], false]);
    expect(await run.status()).toMatchObject({ state: 'terminated' });
  });

  test('that comes after a message: the run has it at once', async () => {
    const { engine, late } = await starting({ pollMs: 60_000 });
    const started = engine.start(app.listens, { id: 'listens' });
    await pause(20);
    await (await world.engine().run('listens')).send('notes', 'hello');
    await pause(100);
    late.open();
    expect(await (await started).result()).toBe('hello');
  });

  test('of a start that did not happen leaves nothing', async () => {
    const engine = await working({ effectsMax: 1 });
    meddle(engine, () => Promise.reject(lost));
    expect(await thrownBy(engine.start(app.order, { id: 'not-started', args: [1] }))).toBe(lost);
    expect(await thrownBy(engine.run('not-started'))).toMatchObject({ code: 'run_missing' });
    // The room that it had taken is free again.
    expect(await (await engine.start(app.order, { args: [2] })).result()).toEqual(['paid', 1]);
    expect(paid).toEqual([2]);
  });

  test('that comes late finds that a look at the store has left the run alone', async () => {
    const { engine, late } = await starting();
    const started = engine.start(app.order, { id: 'late', args: [1] });
    await pause(20);
    (engine as unknown as { worker: { uncertain: boolean } }).worker.uncertain = true;
    await pause(100);
    expect(paid).toEqual([]);
    late.open();
    expect(await (await started).result()).toEqual(['paid', 1]);
    expect(paid).toEqual([1]);
  });

  test('is refused if its worker was buried: the run begins anew', async () => {
    const engine = await working();
    meddle(engine, async (go) => {
      await world.buryAll();
      return go();
    });
    const run = await engine.start(app.order, { args: [1] });
    expect(await seqs(run.uid)).toEqual([0]);
    const other = await working();
    expect(await (await other.run(run.id)).result()).toEqual(['paid', 1]);
    expect(paid).toEqual([1]);
  });

  test('is waited for by a close: nothing that has not begun is left in doubt', async () => {
    const engine = await working();
    meddle(engine, (go) => pause(50).then(go));
    const starting = engine.start(app.order, { args: [1] });
    await pause(10);
    await engine.close();
    const run = await starting;
    const other = await working();
    expect(await (await other.run(run.id)).result()).toEqual(['paid', 1]);
    expect(paid).toEqual([1]);
  });

  test.each([1, 2])('is waited for by a close that waits for nothing else: the run is stored, by statement %i', async (statements) => {
    const engine = await working();
    // When the first one comes, the worker has gone; the start is made again, without a first cycle.
    meddle(engine, (go) => pause(50).then(() => (statements === 1 ? go() : [])));
    const starting = engine.start(app.order, { args: [1] });
    await pause(10);
    await engine.close({ deadline: 0 });
    const other = await working();
    expect(await (await other.run((await starting).id)).result()).toEqual(['paid', 1]);
    expect(paid).toEqual([1]);
  });

  const seqs = async (uid: string): Promise<number[]> => (await world.store.log.read(uid, 0, 99)).map(({ seq }) => seq);
});
