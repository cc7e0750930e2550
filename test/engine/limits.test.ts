/**
 * Programs that misbehave: each is parked at its last checkpoint with the reason, and the others go on.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { compileApp, KINDS, thrownBy, until, World } from '../support/app.ts';

const source = `
  import { scope } from 'perdure';
  export declare function act(x: any): Promise<any>;

  export async function loops(n: number) {
    const seen = [n];
    seen.push(await act(n));
    try {
      while (seen.length > 1 && seen[1] !== 0) {}
    } catch { return 'caught'; } finally { await act('finally'); }
    return seen;
  }
  class Search {
    at = 0;
    next(step: number) {
      while (this.at >= 0) this.at = (this.at + step) % 1000;
      return this.at;
    }
  }
  export async function searches(steps: number[]) {
    const search = new Search();
    await act(1);
    return steps.map((step) => search.next(step));
  }
  class Account { balance = 0; #log: string[] = []; add(n: number) { this.balance += n; this.#log.push('add'); return this.#log.length; } }
  export async function computes(ms: number) {
    for (let end = Date.now() + ms; Date.now() < end; ) {}
    return 'computed';
  }
  export async function counts(n: number) {
    const account = new Account();
    for (let i = 0; i < n; i++) account.add(await act(1));
    return [account.balance, account.add(0)];
  }
  export async function grows(step: number) {
    const order = { items: [] as string[], note: 'small' };
    for (;;) { order.items.push('x'.repeat(step)); await act(order.items.length); }
  }
  class Box { #held: string[] = []; put(text: string) { this.#held.push(text); } }
  const modulewide: { pages: string[] } = { pages: [] };
  export async function large(what: string, size: number) {
    const text = () => 'x'.repeat(size);
    const small = { note: 'small', list: [1, 2, 3] };
    await act(0);
    if (what === 'argument') await act({ page: text() });
    if (what === 'result') { const page = await act('page'); await act(1); return page.length + small.list.length; }
    if (what === 'results') return await Promise.all([act('page'), act('never')]);
    if (what === 'chain') {
      let chain: any = null;
      for (let i = 0; i < size / 20; i++) chain = { next: chain, i };
      await act(1);
      return chain;
    }
    if (what === 'in a scope') await scope(async () => { const inner = [{ page: text() }]; await act(1); return inner; });
    if (what === 'private') { const box = new Box(); box.put(text()); await act(1); return box; }
    if (what === 'module') { modulewide.pages.push(text()); await act(1); }
  }
  export async function turnsOver(step: number) {
    let page = '';
    for (let i = 0; i < 40; i++) { page = 'y'.repeat(step); await act(i); }
    return page.length;
  }
`;
const app = compileApp(source, 'limits');
const lineOf = (text: string): number => source.slice(0, source.indexOf(text)).split('\n').length;

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('a loop without end is stopped; the program cannot catch that, and the others go on', async () => {
    const limits = { ...WORKER_DEFAULTS.limits, cycleMs: 200 };
    const engine = await world.working(app, { act: (x: unknown) => x }, { limits });
    const others = await Promise.all([5, 6, 7].map((n) => engine.start(app.counts, { args: [n] })));
    const run = await engine.start(app.loops, { args: [1] });
    const more = await Promise.all([8, 9].map((n) => engine.start(app.counts, { args: [n] })));
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({ code: 'cycle_time' });
    expect(error.message).toMatch(/^Run '.*', cycle 2: The cycle was stopped after 200 ms/);
    expect(await run.status()).toMatchObject({ state: 'parked' });
    expect(error.stack!.split('\n').slice(1)).toEqual([expect.stringMatching(new RegExp(`^    at loops \\(limits\\.wf\\.ts:${lineOf('while (seen')}:\\d+\\)$`))]);
    const { tasks } = await inspectRun(world.store, (await world.store.runs.find(run.id))!);
    expect(tasks).toMatchObject([{ frames: [{ name: 'loops', source: 'seen.push(await act(n));' }] }]);
    expect(await Promise.all([...others, ...more].map((other) => other.result()))).toEqual([5, 6, 7, 8, 9].map((n) => [n, n + 1]));
    expect(await (await engine.start(app.counts, { args: [3] })).result()).toEqual([3, 4]);
  });

  test('it is told where a cycle was stopped, also in what the function called', async () => {
    const limits = { ...WORKER_DEFAULTS.limits, cycleMs: 200 };
    const engine = await world.working(app, { act: (x: unknown) => x }, { limits });
    const error = await thrownBy((await engine.start(app.searches, { args: [[3, 5]] })).result());
    const lines = error.stack!.split('\n').slice(1).map((line) => line.replace(/:\d+(\)?)$/, '$1'));
    expect(lines).toEqual([
      `    at Search.next (limits.wf.ts:${lineOf('while (this.at')})`,
      `    at limits.wf.ts:${lineOf('search.next(')}`,
      `    at searches (limits.wf.ts:${lineOf('search.next(')})`,
    ]);
  });

  test('among many that are ready at once, in either half of them, only those that loop are parked', async () => {
    const limits = { ...WORKER_DEFAULTS.limits, cycleMs: 200 };
    const engine = await world.working(app, { act: (x: unknown) => x }, { limits });
    const count = 80;
    const runs = await Promise.all(Array.from({ length: count }, (_, i) => engine.start(i % 40 === 10 ? app.loops : app.counts, { args: [5] })));
    const ends = await Promise.all(runs.map((run) => run.result().catch((error: { code: string }) => error.code)));
    expect(ends).toEqual(Array.from({ length: count }, (_, i) => (i % 40 === 10 ? 'cycle_time' : [5, 6])));
  });

  test('after a fix of what it waits for, it goes on from its last checkpoint', async () => {
    const limits = { ...WORKER_DEFAULTS.limits, cycleMs: 200 };
    const engine = await world.working(app, { act: (x: unknown) => x }, { limits });
    const run = await engine.start(app.loops, { args: [1] });
    await until('it is parked', async () => (await run.status()).state === 'parked');
    // The same again is stopped again.
    await engine.resume(run);
    expect(await thrownBy(run.result())).toMatchObject({ code: 'cycle_time' });
    expect((await world.store.log.read(run.uid, 0, 100)).length).toBe(2);
  });

  test('a state that grows too large is parked, with the way to what is large', async () => {
    const limits = { ...WORKER_DEFAULTS.limits, stateBytes: 100_000 };
    const engine = await world.working(app, { act: (x: unknown) => x }, { limits });
    const run = await engine.start(app.grows, { args: [9_000] });
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({ code: 'state_size' });
    expect(error.message).toContain('grows: order.items');
    const { length } = await world.store.log.read(run.uid, 0, 100);
    expect(length).toBeGreaterThan(9);
    expect(length).toBeLessThan(13);
  });

  test.each<[what: string, told: string, waits: string | null]>([
    ['argument', 'the arguments of limits.wf.ts#act, with 0.191 MiB', null],
    ['result', 'large: page, with 0.191 MiB', 'await act(1); return page.length'],
    ['results', 'the results of Promise.all, with 0.191 MiB', null],
    ['chain', 'large: chain, with 0.3', 'await act(1);\n      return chain'],
    ['in a scope', 'large/scope: inner[0], with 0.191 MiB', 'await act(1); return inner'],
    ['private', 'large: box, with 0.191 MiB in 2 objects', 'await act(1); return box'],
    ['module', 'limits.wf.ts: modulewide.pages, with 0.191 MiB', null],
  ])('… whatever it is: %s', async (what, told, waits) => {
    const limits = { ...WORKER_DEFAULTS.limits, stateBytes: 100_000 };
    const act = (x: unknown) => (x === 'page' ? 'y'.repeat(200_000) : x === 'never' ? new Promise(() => {}) : x);
    const engine = await world.working(app, { act }, { limits });
    const error = await thrownBy((await engine.start(app.large, { args: [what, what.startsWith('result') ? 1 : 200_000] })).result());
    expect(error).toMatchObject({ code: 'state_size' });
    expect(error.message).toContain(`The largest part is ${told}`);
    if (waits !== null) expect(error.stack!.split('\n')[1]).toMatch(new RegExp(`^    at async large.* \\(limits\\.wf\\.ts:${lineOf(waits)}:`));
  });

  test('what has become garbage does not count', async () => {
    const limits = { ...WORKER_DEFAULTS.limits, stateBytes: 100_000 };
    const engine = await world.working(app, { act: (x: unknown) => x }, { limits });
    expect(await (await engine.start(app.turnsOver, { args: [20_000] })).result()).toBe(20_000);
  });
});

test('how long a cycle may take: a duration, or for ever', async () => {
  for (const [cycle, end] of [['50ms', 'cycle_time'], [Number.POSITIVE_INFINITY, 'computed']] as const) {
    const engine = await open({ store: 'memory:', limits: { cycle } });
    engine.provide(app, { act: (x: unknown) => x });
    await engine.work();
    const run = await engine.start(app.computes, { args: [200] });
    expect(await run.result().catch((error: { code: string }) => error.code)).toBe(end);
    await engine.close();
  }
  expect(await thrownBy(open({ store: 'memory:', limits: { cycle: Number.NaN } }))).toMatchObject({ code: 'options' });
});
