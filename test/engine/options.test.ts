/**
 * What an app says wrongly is refused, by a code and the name of the option, before anything has happened: a misspelt limit, key or
 * deadline would be missed only when it is needed.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext, open } from '../../runtime/client.ts';
import { compileApp, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  import { channel, scope, start, withTimeout, type Question } from 'perdure';
  export declare function outside(options: unknown): Promise<string>;
  export const items = channel<number>('items');
  export const prices = channel<Question<string, number>>('prices');
  export async function echo(...args: unknown[]) { return args; }
  export async function takes() { return await items.receive(); }
  export async function waits(options: unknown) { return await outside(options); }
  export async function child() { return await items.receive({ timeout: '1 hour' }); }
  export async function waitsWrongly(how: string, options: any) {
    try {
      if (how === 'receive') return await items.receive(options);
      if (how === 'scope') return await scope(async () => 'ran', options);
      return await withTimeout('1 minute', async () => 'ran', options);
    } catch (error: any) {
      await scope(async () => {});
      return [error.name, error.code, error.message];
    }
  }
  export async function parent(options: any) {
    try {
      const handle = await start(child, [], options);
      await handle.send(items, 7);
      return await handle.result();
    } catch (error: any) { return error.name + ': ' + error.message + ' (' + error.code + ')'; }
  }
`, 'options');

const NONSENSE: unknown[] = ['soon', '', '1 year', '-5s', Number.NaN, -1, Number.POSITIVE_INFINITY, null, {}, [], true, 10n];

let world: World;
let engine: TestEngine;
beforeAll(async () => {
  world = await World.open('memory');
});
afterEach(() => world.calm());
afterAll(() => world.close());

const begin = async () => {
  engine = await world.working(app, { outside: (options: any) => effectContext().later(options) });
  return engine;
};

/** Runs that wait, and are there however wrongly something is said about them. */
const waiting = (id: string) => engine.start(app.takes, { id });

describe('durations', () => {
  const inMemory = (options: object) => open({ store: 'memory:', ...options }).then((opened) => opened.close());
  const takers: [code: string, option: string, (value: any) => Promise<unknown>][] = [
    ['options', 'poll', (poll) => inMemory({ poll })],
    ['options', 'lease', (lease) => inMemory({ lease })],
    ['options', 'rest', (rest) => inMemory({ rest })],
    ['options', 'limits.cycle', (cycle) => inMemory({ limits: { cycle } })],
    ['retention', 'completed', (completed) => inMemory({ retention: { completed } })],
    ['retention', 'workflows.echo.failed', (failed) => inMemory({ retention: { workflows: { echo: { failed } } } })],
    ['options', 'deadline', (deadline) => engine.close({ deadline })],
    ['options', 'timeout', (timeout) => engine.ask('durations', app.prices, 'tea', { timeout })],
    ['options', 'wait', (wait) => engine.cancel('durations', { wait })],
    ['options', 'wait', (wait) => engine.cancelMany({ id: 'durations' }, { wait })],
    ['start_options', 'after', (after) => engine.start(app.echo, { after })],
    ['start_options', 'deadline', (deadline) => engine.start(app.echo, { deadline })],
    ['start_options', 'debounce.wait', (wait) => engine.start(app.echo, { debounce: { key: 'k', wait } })],
    ['start_options', 'debounce.max', (max) => engine.start(app.echo, { debounce: { key: 'k', wait: 1, max } })],
    ['schedule', 'backfill', (backfill) => engine.schedule('s', { cron: '@daily', workflow: app.echo, backfill })],
    ['retention', 'olderThan', (olderThan) => engine.prune({ olderThan })],
    ...(['timeout', 'heartbeat'] as const).map((name) => ['effect_policy', name, async (value: any) => engine.provide(app, { outside: { run: () => '', [name]: value } })] as (typeof takers)[0]),
    ...(['within', 'delay', 'delayMax'] as const).map(
      (name) => ['effect_policy', `retry.${name}`, async (value: any) => engine.provide(app, { outside: { run: () => '', retry: { attempts: 2, [name]: value } } })] as (typeof takers)[0],
    ),
    ['effect_policy', 'rate.per', async (per) => engine.provide(app, { outside: { run: () => '', rate: { limit: 1, per } } })],
    ['later', 'expires', async (expires) => (await engine.start(app.waits, { args: [{ expires }] })).result()],
  ];

  test.each(takers)('%s: %s', async (code, option, given) => {
    await begin();
    const run = await waiting('durations');
    for (const value of NONSENSE) {
      if (option === 'limits.cycle' && value === Number.POSITIVE_INFINITY) continue; // nothing watches then
      const error = await thrownBy(given(value));
      expect(error, String(value)).toMatchObject({ code });
      expect(error.message, String(value)).toContain(`${option}: `);
    }
    expect((await run.status()).state).toBe('running');
    expect((await thrownBy(given('1 year'))).message).toContain("write for example '30 days' or '365 days'");
  });

  test('one that is longer than any is the longest there is', async () => {
    await begin();
    const run = await engine.start(app.echo, { after: 1e300 });
    await run.cancel({ wait: `${'9'.repeat(400)} days` });
    expect(await thrownBy(run.result())).toMatchObject({ code: 'cancelled' });
  });
});

describe('options', () => {
  test.each<[code: string, message: string, () => Promise<unknown>]>([
    ['start_options', 'deadlin is no option', () => engine.start(app.echo, { deadlin: '1 hour' } as object)],
    ['start_options', 'must be an object of options', () => engine.start(app.echo, 'order-42' as never)],
    ['start_options', 'concurrency.max is no option', () => engine.start(app.echo, { concurrency: { key: 'k', max: 3 } } as object)],
    ['start_options', 'debounce must be an object', () => engine.start(app.echo, { debounce: null } as object)],
    ['start_options', 'args must be an array', () => engine.start(app.echo, { args: 'abc' } as object)],
    ['start_options', 'args must be an array', () => engine.start(app.echo, { args: { id: 1 } } as object)],
    ['start_options', 'tags must be an object', () => engine.start(app.echo, { tags: ['a'] } as object)],
    ['filter', 'Wrong filter: tags must be an object', () => engine.list({ tags: null } as never)],
    ['not_compiled', 'given to a filter', () => engine.list({ workflow: () => {} } as never)],
    ['start_options', 'priority must be a whole number from -2147483647 to 2147483647', () => engine.start(app.echo, { priority: 2 ** 31 })],
    ['not_a_workflow', 'given to `startMany` is the text', () => engine.startMany('echo' as never, [])],
    ['start_options', 'send must be a list of messages', () => engine.start(app.takes, { send: [app.items, 1] } as object)],
    ['options', 'dedupe is no option', () => engine.start(app.takes, { send: [[app.items, 1, { dedupe: 'k' }]] } as object)],
    ['run_id', 'What is no text (42)', () => engine.start(app.echo, { id: 42 } as object)],
    ['run_id', 'What is no text (null)', () => engine.start(app.echo, { id: null } as object)],
    ['start_options', 'takes a list of runs', () => engine.startMany(app.echo, { id: 'a' } as never)],
    ['start_options', 'debounce is no option', () => engine.startMany(app.echo, [{ debounce: { key: 'k', wait: 1 } } as object])],
    ['start_options', 'onConflict is no option', () => engine.startMany(app.echo, [{ onConflict: 'replace-finished' } as object])],
    ['start_options', 'id is missing', () => engine.sendWithStart(app.takes, {} as never, app.items, 1)],
    ['start_options', "onConflict must be 'return' or 'replace-finished'", () => engine.sendWithStart(app.takes, { id: 'waits', onConflict: 'fail' as never }, app.items, 1)],
    ['options', 'dedupe is no option', () => engine.sendWithStart(app.takes, { id: 'waits' }, app.items, 1, { dedupe: 'k' } as object)],
    ['options', 'await engine.start', () => engine.cancel(engine.start(app.echo) as never)],
    ['options', 'reason must be a text', () => engine.cancel('waits', { reason: {} as never })],
    ['options', 'reason must be a text', () => engine.terminate('waits', { reason: new Error('because') as never })],
    ['options', 'A run is named by its id', () => engine.run(42 as never)],
    ['filter', 'id must be a text, without NUL', () => engine.list({ id: 42 as never })],
    ['filter', 'cursor must be that of a page', () => engine.list({ cursor: '9999-99-99T99:99:99.999999Z_00000000-0000-0000-0000-000000000000' })],
    ['options', 'grace is no option', () => engine.cancel('waits', { grace: 5 } as object)],
    ['options', 'must be an object of options', () => engine.terminate('waits', 'because' as never)],
    ['options', 'form is no option', () => engine.retry('waits', { form: 3 } as object)],
    ['options', 'limit is no option', () => engine.ask('waits', app.prices, 'tea', { limit: 5 } as object)],
    ['options', 'connection of your transaction', () => engine.startIn(undefined as never, app.echo)],
    ['schedule', 'args must be an array', () => engine.schedule('s', { cron: '@daily', workflow: app.echo, args: 5 as never })],
    ['retention', 'dryRun must be true or false', () => engine.prune({ olderThan: 0, dryRun: 'no' as never })],
    ['filter', 'inDoubt must be true or false', () => engine.list({ inDoubt: 'no' as never })],
    ['options', 'pol is no option', () => open({ store: 'memory:', pol: 5 } as never)],
    ['options', 'limits.state is no option', () => open({ store: 'memory:', limits: { state: 5 } } as never)],
    ['options', 'limits.stateBytes must be a whole number', () => open({ store: 'memory:', limits: { stateBytes: '64MB' } } as never)],
    ['options', 'limits.cycle must be longer than nothing', () => open({ store: 'memory:', limits: { cycle: 0 } })],
    ['options', 'lease must be a second at least', () => open({ store: 'memory:', lease: '100ms' })],
    ['effect_policy', 'timeout must be longer than nothing', async () => world.engine().provide(app, { outside: { run: () => '', timeout: 0 } })],
    ['effect_policy', 'heartbeat must be longer than nothing', async () => world.engine().provide(app, { outside: { run: () => '', heartbeat: 0 } })],
    ['effect_policy', 'takes an object', async () => world.engine().provide(app, null as never)],
    ['options', 'poll must be longer than nothing', () => open({ store: 'memory:', poll: 0 })],
    ['options', 'runsMax must be a whole number', () => open({ store: 'memory:', runsMax: Number.NaN })],
    ['options', 'runsMax must be a whole number', () => open({ store: 'memory:', runsMax: Number.POSITIVE_INFINITY })],
    ['options', 'effectsMax must be a whole number', () => open({ store: 'memory:', effectsMax: 0 })],
    ['options', 'runsBytesMax must be a whole number', () => open({ store: 'memory:', runsBytesMax: '64 MiB' as never })],
    ['options', 'connectionsMax must be a whole number', () => open({ store: 'postgres://127.0.0.1/x', connectionsMax: -1 })],
    ['serve', 'concurency is no option', async () => world.engine().serve('q', { outside: () => '' }, { concurency: 5 } as object)],
    ['later', 'expire is no option', async () => (await engine.start(app.waits, { args: [{ expire: 5 }] })).result()],
  ])('%s: %s', async (code, message, given) => {
    await begin();
    const run = await waiting('waits');
    const error = await thrownBy(given());
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
    expect((await run.status()).state).toBe('running');
  });

  test('of a message with a wrong key, and of a sender that names no option rightly, nothing arrives', async () => {
    await begin();
    const run = await waiting('nothing-arrives');
    expect(await thrownBy(run.send(app.items, 1, { dedupe: 'k' } as object))).toMatchObject({ code: 'options' });
    expect(await thrownBy(run.send('', 1))).toMatchObject({ code: 'channel' });
    await run.send(app.items, 2);
    expect(await run.result()).toBe(2);
  });

  test('what stops many runs wants conditions that have come through', async () => {
    await begin();
    const run = await waiting('spared');
    for (const filter of [{ tags: {} }, { id: undefined }, { status: 'running', id: undefined }, { workflow: app.takes, tags: undefined }] as object[]) {
      expect(await thrownBy(engine.cancelMany(filter))).toMatchObject({ code: 'filter' });
      expect(await thrownBy(engine.terminateMany(filter))).toMatchObject({ code: 'filter' });
    }
    expect((await engine.list({ status: 'running', id: undefined } as object)).runs.map(({ id }) => id)).toContain('spared');
    await run.send(app.items, 1);
    expect(await run.result()).toBe(1);
  });
});

test.each<[how: string, options: unknown, message: string]>([
  ['receive', { timeOut: 5 }, 'Wrong options of `receive`: timeOut is no option; there are timeout'],
  ['receive', 5, 'Wrong options of `receive`: what is given must be an object of options: timeout'],
  ['receive', null, 'Wrong options of `receive`: what is given must be an object of options: timeout'],
  ['receive', { timeout: 'soon' }, "Wrong options of `receive`: timeout: 'soon' is not a duration"],
  ['scope', { timeOut: 5 }, 'Wrong options of `scope`: timeOut is no option; there are timeout, wait'],
  ['scope', { timeout: null }, 'Wrong options of `scope`: timeout must be a duration'],
  ['scope', { wait: -1 }, 'Wrong options of `scope`: wait: -1 is not a number of milliseconds'],
  ['withTimeout', { timeout: 5 }, 'Wrong options of `withTimeout`: timeout is no option; there are wait'],
  ['withTimeout', '5 minutes', 'Wrong options of `withTimeout`: what is given must be an object'],
])('a workflow says wrongly how it waits: %s(%o)', async (how, options, message) => {
  await begin();
  const run = await engine.start(app.waitsWrongly, { args: [how, options] });
  expect(await run.result()).toEqual([/is not a (duration|number)/.test(message) ? 'RangeError' : 'TypeError', 'options', expect.stringContaining(message)]);
});

describe('what no database takes', () => {
  const NUL = 'a\0b';
  const EARLY = new Date(-8.64e15);
  const LATE = new Date(8.64e15);
  let pglite: World;
  let asked: TestEngine;
  beforeAll(async () => {
    pglite = await World.open('pglite');
    asked = await pglite.working(app, { outside: () => '' });
    await (await asked.start(app.echo, { id: 'over' })).result();
    await asked.start(app.takes, { id: 'waits' });
  });
  afterAll(() => pglite.close());

  test.each<[code: string, () => Promise<unknown>]>([
    ['run_missing', () => asked.run(NUL)],
    ['run_missing', () => asked.cancel(NUL)],
    ['run_missing', () => asked.query(NUL, 'progress')],
    ['filter', () => asked.list({ id: NUL })],
    ['filter', () => asked.cancelMany({ workflow: NUL })],
    ['channel', () => asked.ask('waits', NUL, 1)],
    ['channel', () => asked.start(app.takes, { send: [[NUL, 1, { key: 'k' }]] })],
    ['schedule', () => asked.schedule(undefined as never, { cron: '@daily', workflow: app.echo })],
    ['schedule_missing', () => asked.unschedule(NUL)],
    ['schedule_missing', () => asked.triggerSchedule(NUL)],
  ])('a text with NUL is refused before it is asked: %s', async (code, given) => {
    expect(await thrownBy(given())).toMatchObject({ code });
  });

  test('moments before all others, and times that lead beyond the last, are as far as databases know any', async () => {
    expect((await asked.list({ createdAfter: EARLY, id: 'over' })).runs).toHaveLength(1);
    expect((await asked.list({ createdBefore: EARLY })).runs).toEqual([]);
    expect(await asked.prune({ olderThan: 1e300 })).toMatchObject({ runs: 0 });
    expect(await (await asked.start(app.echo, { at: EARLY })).result()).toEqual([]);
    const far = await asked.start(app.echo, { at: LATE, deadline: 1e300 });
    expect((await far.status()).startsAt).toEqual(LATE);
  });
});

test.each<[object, string]>([
  [{ id: 5 }, 'TypeError: What is no text (5) is no run id'],
  [{ id: null }, 'TypeError: What is no text (null) is no run id'],
  [{ after: '1 hour' }, 'TypeError: start has no option after'],
  [{ deadline: 'soon' }, "RangeError: deadline: 'soon' is not a duration"],
  [{ priority: 2 ** 40 }, 'TypeError: priority is a whole number from -2147483647 to 2147483647'],
  [{ tags: { customer: '' } }, "TypeError: The value of the tag 'customer' must be a text"],
  [{ tags: { customer: null } }, "TypeError: The value of the tag 'customer' must be a text"],
  [{ tags: { customer: 5 } }, ''],
])('a child is refused where it is started: %o', async (options, message) => {
  await begin();
  const run = await engine.start(app.parent, { args: [options] });
  const result = await run.result();
  if (message === '') expect(result).toBe(7);
  else expect(result).toContain(message);
  if (message !== '') expect(result).toContain(' (start_options)');
  await until('the end', async () => (await run.status()).state === 'completed');
});
