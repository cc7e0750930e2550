/**
 * What a run asks of the outside: captured once, and the same ever after.
 */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { compileApp, gate, until, World } from '../support/app.ts';
import { Random } from '../support/random.ts';

const app = compileApp(`
  export declare function act(n: number): Promise<number>;
  export const go = channel<any>('go');
  export async function draws() {
    const at = Date.now();
    const made = new Date();
    const random = [Math.random(), Math.random()];
    const id = crypto.randomUUID();
    const before = { at, made: made.getTime(), random, id };
    await act(1);
    const kept = { at, made: made.getTime(), random, id };
    return { before, kept, after: [Date.now(), Math.random(), crypto.randomUUID()] };
  }
  export async function prints() {
    console.log('first', { a: 1 });
    console.error('oops');
    await act(1);
    console.log('second %d', 2);
    await act(2);
    console.warn('third');
    return 'done';
  }
  export async function clock(n: number) {
    const times = [Date.now()];
    for (let i = 0; i < n; i++) { await act(i); times.push(Date.now()); }
    return times;
  }
`, 'captured');

let world: World;
const printed: [string, string][] = [];
beforeAll(async () => {
  world = await World.open('postgres');
  for (const level of ['log', 'error', 'warn'] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void printed.push([level, line]));
  }
});
afterEach(() => world.calm());
afterAll(async () => {
  vi.restoreAllMocks();
  await world.close();
});

/** Starts a workflow that is killed at each of the given effects, and goes on with another worker. */
async function throughKills(workflow: (...args: unknown[]) => Promise<unknown>, kills: number[], args: unknown[] = []) {
  const client = world.engine();
  const run = await client.start(workflow, { args });
  for (const at of kills) {
    const reached = gate();
    const engine = world.engine().provide(app, { act: { idempotent: true, run: (n: number) => {
      if (n !== at) return n;
      engine.kill();
      reached.open();
      return new Promise(() => {});
    } } });
    void engine.work();
    await reached.promise;
    await world.buryAll();
  }
  await world.working(app, { act: { run: (n: number) => n, idempotent: true } });
  return { run, result: await run.result() };
}

const captures = async (uid: string) =>
  (await world.store.log.read(uid, 0, 99)).map((row) => JSON.parse(row.capture ?? '{}') as Record<string, unknown>);

test('time, randomness and UUIDs stay what they were over a kill and a restore', async () => {
  const { run, result } = await throughKills(app.draws, [1]);
  const { before, kept, after } = result as { before: Record<string, unknown>; kept: unknown; after: [number, number, string] };
  expect(kept).toEqual(before);
  expect(new Set((before.random as number[]).concat(after[1])).size).toBe(3);
  expect(after[2]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(after[2]).not.toBe(before.id);
  expect(after[0]).toBeGreaterThanOrEqual(before.at as number);
  const rows = await captures(run.uid);
  expect(rows[1]).toMatchObject({ uuids: [before.id], seed: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect((rows[1]!.now as [number, number][]).map(([at]) => at)).toContain(before.at);
  expect(rows[2]).toMatchObject({ uuids: [after[2]] });
  expect(rows[2]!.seed).not.toBe(rows[1]!.seed);
});

test('two runs draw different numbers', async () => {
  const engine = await world.working(app, { act: () => 0 });
  const [a, b] = await Promise.all([1, 2].map(async () => (await engine.start(app.draws)).result())) as { before: { random: number[] } }[];
  expect(a!.before.random).not.toEqual(b!.before.random);
});

test('the run\'s clock is the database\'s, and never goes back', async () => {
  const { result } = await throughKills(app.clock, [2, 4], [6]);
  const times = result as number[];
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.abs(times[0]! - (await world.store.clock()))).toBeLessThan(60_000);
});

test('a worker whose database clock is behind does not turn the run\'s clock back', async () => {
  const ahead = world.engine({ aheadMs: 3_600_000 });
  const reached = gate();
  ahead.provide(app, { act: { idempotent: true, run: () => {
    ahead.kill();
    reached.open();
    return new Promise(() => {});
  } } });
  const run = await ahead.start(app.clock, { args: [2] });
  void ahead.work();
  await reached.promise;
  await world.buryAll();
  await world.rows('UPDATE perdure.runs SET wake_at = now() WHERE worker IS NULL AND wake_at IS NOT NULL');
  const engine = await world.working(app, { act: { run: () => 0, idempotent: true } });
  const times = (await (await engine.run(run.id)).result()) as number[];
  expect(times[1]).toBeGreaterThanOrEqual(times[0]!);
});

test('what a run prints is captured once and printed once, whoever goes on with it', async () => {
  printed.length = 0;
  const { run } = await throughKills(app.prints, [1, 2]);
  const lines: [string, string][] = [['log', 'first { a: 1 }'], ['error', 'oops'], ['log', 'second 2'], ['warn', 'third']];
  expect(printed).toEqual(lines);
  expect((await captures(run.uid)).flatMap((capture) => (capture.console as unknown[]) ?? [])).toEqual(lines);
});

test('nothing is printed before it is committed', async () => {
  printed.length = 0;
  const engine = world.engine().provide(app, { act: () => 0 });
  const run = await world.engine().start(app.prints);
  const query = engine.connection.query.bind(engine.connection);
  const asked = gate();
  engine.connection.query = (statement, values) => {
    if (!statement.name.startsWith('perdure_commit')) return query(statement, values);
    engine.kill();
    asked.open();
    return new Promise(() => {});
  };
  void engine.work();
  await asked.promise;
  expect(printed).toEqual([]);
  await world.buryAll();
  await world.working(app, { act: () => 0 });
  expect(await run.result()).toBe('done');
  expect(printed.map(([, line]) => line)).toEqual(['first { a: 1 }', 'oops', 'second 2', 'third']);
});

test('a store that forgets its answers loses nothing', async () => {
  const engine = world.engine().provide(app, { act: { run: (n: number) => n, retry: { attempts: 2 } } });
  const query = engine.connection.query.bind(engine.connection);
  const { StoreError } = await import('../../runtime/store/errors.ts');
  const random = new Random('answers');
  const forgotten: string[] = [];
  const isCommit = (name: string) => name.startsWith('perdure_commit');
  engine.connection.query = async (statement, values) => {
    if (random.chance(0.15)) throw new StoreError('unreachable', 'store_unreachable', 'not reached');
    const rows = await query(statement, values);
    // How many commits there are depends on how the runs fall into batches: the first one is always forgotten.
    if (isCommit(statement.name) && !forgotten.some(isCommit) || random.chance(0.15)) {
      forgotten.push(statement.name);
      throw new StoreError('unknown', 'store_connection', 'the answer was lost');
    }
    return rows;
  };
  const client = world.engine();
  const runs = await Promise.all([1, 2, 3].map(() => client.start(app.clock, { args: [3] })));
  await until('a worker', () => engine.work().then(() => true, () => false));
  for (const run of runs) expect(await run.result()).toHaveLength(4);
  expect(forgotten.filter(isCommit)).not.toHaveLength(0);
  for (const run of runs) expect(await world.store.log.read(run.uid, 0, 99)).toHaveLength(5);
  engine.connection.query = query;
});
