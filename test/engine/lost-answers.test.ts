/**
 * Statements whose answers are lost, that happen later than their answer, or that a worker sends that is thought gone:
 * the smallest cases of what the simulation has found.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '../../runtime/store/errors.ts';
import { compileApp, gate, pause, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function pay(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export async function order() { return ['paid', await pay(42)]; }
  export async function orders() { await pay(1); return ['paid', await pay(42)]; }
  export const questions = channel<any>('questions');
  export async function answers() { const question = await questions.receive(); question.reply(question.message + 1); }
  export async function waits() { return await go.receive(); }
  export async function races() { const timer = sleep(100).then(() => 'timer'); return [await go.receive(), await timer]; }
  export async function leaves() { void pay(1); throw new Error('failed'); }
`, 'lost-answers');

let world: World;
beforeEach(async () => {
  world = await World.open('memory');
});
afterEach(() => world.close());

type Query = TestEngine['connection']['query'];

/** Lets `meddle` decide about the statements of this name, as long as it returns something. */
function meddle(engine: TestEngine, name: string, how: (go: () => ReturnType<Query>) => ReturnType<Query> | undefined): void {
  const query: Query = engine.connection.query.bind(engine.connection);
  engine.connection.query = (statement, values) =>
    (statement.name === name ? how(() => query(statement, values)) : undefined) ?? query(statement, values);
}

const lost = (): Promise<never> => Promise.reject(new StoreError('unknown', 'store_connection', 'The connection was lost'));

describe('a checkpoint', () => {
  test('that goes in after its connection was lost is found, and what it asked for is done', async () => {
    const engine = world.engine().provide(app, { pay: () => 'once' });
    await engine.work();
    let sent = 0;
    // The first goes in while the second, which meets it, is under way; between the two nothing is there.
    let happen: (() => Promise<unknown>) | null = null;
    meddle(engine, 'perdure_commit_cycle', (go) => {
      if (++sent === 1) {
        happen = go;
        return lost();
      }
      return sent === 2 ? happen!().then(go) : undefined;
    });
    const run = await engine.start(app.orders);
    expect(await run.result()).toEqual(['paid', 'once']);
    expect(sent).toBe(2);
  });
});

describe('a run', () => {
  test('that this worker holds no more, as it learns when it takes it again, is loaded anew', async () => {
    const engine = await world.working(app, { pay: () => 0 }, { restMs: 60_000, pollMs: 10 });
    const run = await engine.start(app.waits);
    await until('the first cycle', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    // As a statement of an earlier connection that arrives late: the worker believes to hold what it has let go.
    const { worker } = (await world.store.runs.find(run.id))!;
    await world.store.runs.release(run.uid, worker!, 0, null);
    await run.send(app.go, 'x');
    expect(await run.result()).toBe('x');
  });

  test('that others have taken is not kept in memory', async () => {
    const first = await world.working(app, { pay: () => 0 }, { pollMs: 10, restMs: 200 });
    const run = await first.start(app.waits);
    const holds = (engine: TestEngine): boolean => (engine as unknown as { worker: { holds(uid: string): boolean } }).worker.holds(run.uid);
    await until('it is held', () => holds(first));
    await world.buryAll();
    await world.working(app, { pay: () => 0 }, { restMs: 60_000 });
    await until('it is dropped', () => !holds(first));
  });

  test('that has failed while an effect of it went on has failed, whoever sees the effect end', async () => {
    let end: (value: string) => void = () => {};
    const first = await world.working(app, { pay: { run: () => new Promise(() => {}), idempotent: true } });
    const run = await first.start(app.leaves);
    await until('the outcome', async () => (await world.store.runs.find(run.id))!.outcome !== null);
    first.kill();
    await world.buryAll();
    await world.working(app, { pay: { run: () => new Promise((resolve) => (end = resolve)), idempotent: true } });
    await until('the second attempt', () => {
      end('done');
      return world.store.runs.find(run.id).then((found) => found!.status !== 'running');
    });
    expect(await world.store.runs.find(run.id)).toMatchObject({ status: 'failed' });
  });
});

test('a worker that is told of news all the time still sees that another one is gone', async () => {
  const first = await world.working(app, { pay: () => new Promise(() => {}) }, { leaseMs: 300, restMs: 60_000 });
  const run = await first.start(app.waits);
  await until('it is held', async () => (await world.store.log.read(run.uid, 1, 9)).length > 0);
  first.kill();
  await world.working(app, { pay: () => 0 }, { leaseMs: 300, pollMs: 40 });
  const news = setInterval(() => world.sql.announce(), 3);
  try {
    const other = world.engine();
    await (await other.run(run.id)).send(app.go, 'x');
    expect(await (await other.run(run.id)).result()).toBe('x');
  } finally {
    clearInterval(news);
  }
});

test('a run stays in memory until its doubt is stored', async () => {
  const aborted = (signal: AbortSignal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const { effectContext } = await import('../../runtime/client.ts');
  const first = world.engine().provide(app, { pay: { run: () => aborted(effectContext().signal), timeout: 10 } });
  await first.work();
  let tries = 0;
  meddle(first, 'perdure_mark_doubt', () => (++tries < 3 ? lost() : undefined));
  const run = await first.start(app.order);
  await until('the doubt', async () => (await run.status()).inDoubt);
  expect(tries).toBe(3);
});

test('a closed engine leaves no timers, and asks for nothing more', async () => {
  const engine = world.engine({ leaseMs: 30 }).provide(app, { pay: (n: number) => (n === 1 ? 0 : new Promise(() => {})) });
  await engine.work();
  meddle(engine, 'perdure_commit_cycle', () => lost());
  const run = await engine.start(app.orders);
  await pause(20);
  await engine.close({ deadline: 0 });
  await pause(150);
  expect(engine.connection.late).toEqual([]);
  expect(await world.store.log.read(run.uid, 2, 9)).toEqual([]);
});

describe('who waits', () => {
  const away = (): Promise<never> => Promise.reject(new StoreError('unreachable', 'store_unreachable', 'The database cannot be reached'));

  test('for results hears nothing of a store that is away for a while, and many ask together', async () => {
    const client = world.engine().provide(app, { pay: () => 0 }); // does not work
    const engine = await world.working(app, { pay: () => 0 });
    let asked = 0;
    meddle(client, 'perdure_find_outcomes', (go) => (++asked <= 3 ? away() : go()));
    const runs = await client.startMany(app.waits, Array.from({ length: 200 }, (_, i) => ({ id: `away-${i}` })));
    const results = Promise.all(runs.map((run) => run.result()));
    await until('the first looks', () => asked > 3);
    await Promise.all(runs.map(({ id }) => engine.run(id).then((run) => run.send(app.go, id))));
    expect(await results).toEqual(runs.map(({ id }) => id));
    expect(asked).toBeLessThan(100);
  });

  test('for an answer, too, once the question is there', async () => {
    const client = world.engine().provide(app, { pay: () => 0 });
    await world.working(app, { pay: () => 0 });
    let asked = 0;
    meddle(client, 'perdure_read_reply', (go) => (++asked <= 2 ? away() : go()));
    const run = await client.start(app.answers);
    expect(await run.ask('questions', 20)).toBe(21);
    expect(asked).toBeGreaterThan(2);
  });
});

test('a doubt that could not be read is asked about later', async () => {
  const engine = world.engine().provide(app, {
    pay: { run: () => new Promise(() => {}), concurrency: 1, timeout: 15, onInDoubt: () => ({ result: 'the bank knows' }) },
  });
  await engine.work();
  let reads = 0;
  meddle(engine, 'perdure_read_claims', () => (++reads === 1 ? lost() : undefined));
  const run = await engine.start(app.order);
  expect(await run.result()).toEqual(['paid', 'the bank knows']);
  expect(reads).toBeGreaterThan(1);
});

test('a timer that comes due while its run cannot be committed does not keep the worker busy', async () => {
  const engine = await world.working(app, { pay: () => pause(10_000) }, { pollMs: 10_000, restMs: 60_000 });
  let looks = 0;
  let away = false;
  const unreachable = () => Promise.reject(new StoreError('unreachable', 'store_unreachable', 'The database is away'));
  meddle(engine, 'perdure_commit_cycle', () => (away ? unreachable() : undefined));
  meddle(engine, 'perdure_next_due', () => (looks++, undefined));
  const run = await engine.start(app.races);
  await until('the first cycle', async () => (await world.store.log.read(run.uid, 1, 9)).length > 0);
  away = true;
  await run.send(app.go, 'x');
  await pause(150);
  looks = 0;
  await pause(400);
  expect(looks).toBeLessThan(5);
  away = false;
  expect(await run.result()).toEqual(['x', 'timer']);
});

test('what is granted to a worker that closes meanwhile is given back, and made by the next', async () => {
  const [granted, told] = [gate(), gate()];
  const made: string[] = [];
  const effects = (by: string) => ({ pay: { run: () => (made.push(by), by), concurrency: 1 } });
  const first = world.engine().provide(app, effects('first'));
  await first.work();
  meddle(first, 'perdure_grant_errands', (go) =>
    go().then(async (rows) => {
      if (rows[0]?.uid == null) return rows;
      granted.open();
      await told.promise;
      return rows;
    }),
  );
  const run = await first.start(app.order);
  await granted.promise;
  const closing = first.close({ deadline: 20 });
  await pause(60);
  told.open();
  await closing;
  expect(made).toEqual([]);
  await world.working(app, effects('second'));
  const reader = world.engine();
  expect(await (await reader.run(run.id)).result()).toEqual(['paid', 'second']);
  expect(made).toEqual(['second']);
});
