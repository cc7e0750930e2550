/**
 * Schedules: every tick begins one run, whoever makes it; what becomes of ticks that overlap, and of those that nobody made.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { calendarOf, makeTicks, plan } from '../../runtime/control/schedule.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World } from '../support/app.ts';

const app = compileApp(`
  export declare function work(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export async function job(name: string) { return await work(name); }
  export async function long(name: string) { await work(name); await go.receive(); }
`, 'jobs');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(async () => {
    await world.calm();
    for (const { id } of await world.store.schedules.list()) await world.store.schedules.remove(id);
  });
  afterAll(() => world.close());

  const worked: string[] = [];
  const work = (name: string): void => void worked.push(name);
  const working = async () => {
    worked.length = 0;
    return world.working(app, { work });
  };
  /** Lets the next tick of a schedule have been due a while ago. */
  const due = async (id: string, agoMs = 0): Promise<number> => {
    const { spec, entry } = (await world.store.schedules.find(id))!;
    const at = Math.floor(((await world.store.clock()) - agoMs) / 60_000) * 60_000;
    await world.store.schedules.remove(id);
    await world.store.schedules.put(id, spec, entry, at);
    return at;
  };
  const found = async (id: string) => (await world.store.schedules.find(id))!;
  const runsOf = async (id: string) => (await world.store.runs.list({ tags: { schedule: id }, limit: 100 })).reverse();

  test('a tick begins a run, with an id of the schedule and the moment; the next one is planned', async () => {
    const engine = await working();
    await engine.schedule('every', { cron: '* * * * *', workflow: app.job, args: ['tick'] });
    const [state] = await engine.schedules();
    expect(state).toMatchObject({ id: 'every', cron: '* * * * *', timeZone: 'UTC', workflow: 'jobs.wf.ts#job', overlap: 'skip', backfillMs: null, paused: false, lastAt: null, lastRun: null, skipped: 0 });
    expect(state!.nextAt!.getTime() % 60_000).toBe(0);
    const at = await due('every');
    await until('the run', () => worked.length);
    const id = `every@${new Date(at).toISOString().slice(0, 19)}Z`;
    expect((await runsOf('every')).map((run) => run.id)).toEqual([id]);
    expect((await engine.schedules())[0]).toMatchObject({ lastAt: new Date(at), lastRun: id, nextAt: new Date(at + 60_000) });
    expect(await (await engine.run(id)).result()).toBe(undefined);
  });

  test('of several workers one makes a tick', async () => {
    const engine = await working();
    await Promise.all([world.working(app, { work }), world.working(app, { work }), world.working(app, { work })]);
    const ids = Array.from({ length: 8 }, (_, i) => `many-${i}`);
    for (const id of ids) await engine.schedule(id, { cron: '* * * * *', workflow: app.job, args: [id], overlap: 'allow', backfill: '3 minutes' });
    for (const id of ids) await due(id, 150_000);
    await until('the runs', () => worked.length >= 24);
    await pause(100);
    expect(worked.length).toBeLessThanOrEqual(ids.length * 4); // a minute may have begun meanwhile
    for (const id of ids) {
      const count = async (): Promise<number> => new Set((await runsOf(id)).map((run) => run.id)).size;
      await until('each of its runs to have worked once', async () => (await count()) === worked.filter((name) => name === id).length);
    }
  });

  test('of very many that have come none waits for the next look', async () => {
    const client = world.engine();
    await client.schedule('crowd', { cron: '* * * * *', workflow: app.job, args: ['crowd'] });
    const { spec, entry } = await found('crowd');
    const now = await world.store.clock();
    for (let i = 0; i < 120; i++) await world.store.schedules.put(`crowd-${i}`, spec, entry, Math.floor(now / 60_000) * 60_000);
    worked.length = 0;
    await world.working(app, { work }, { pollMs: 60_000 });
    await until('all of them', () => worked.length >= 120, 20_000);
  });

  test('ticks that nobody has made: the last of them, or as far back as is said', async () => {
    const idle = world.engine().provide(app, { work });
    await idle.schedule('last', { cron: '* * * * *', workflow: app.job, args: ['last'] });
    await idle.schedule('some', { cron: '* * * * *', workflow: app.job, args: ['some'], overlap: 'allow', backfill: '4 minutes' });
    await Promise.all([due('last', 3_600_000), due('some', 3_600_000)]);
    await working();
    await until('the runs', () => worked.filter((name) => name === 'some').length >= 4 && worked.includes('last'));
    await pause(50);
    expect(worked.filter((name) => name === 'last').length).toBeLessThanOrEqual(2);
    expect(worked.filter((name) => name === 'some').length).toBeLessThanOrEqual(5);
    expect((await found('last')).nextMs).toBeGreaterThan(await world.store.clock());
  });

  test('skip: nothing begins while the run before goes on', async () => {
    const engine = await working();
    await engine.schedule('skip', { cron: '0 0 1 1 *', workflow: app.long, args: ['skip'] });
    const first = await engine.triggerSchedule('skip');
    await until('the first', () => worked.length);
    await world.store.schedules.setPaused('skip', false, (await world.store.clock()) - 1000);
    await until('the tick', async () => (await found('skip')).skipped === 1);
    expect(await runsOf('skip')).toHaveLength(1);
    await first.send('go', 1);
    await first.result();
    await world.store.schedules.setPaused('skip', false, (await world.store.clock()) - 1000);
    await until('the second', () => worked.length === 2);
  });

  test('queue: the next run waits for its turn', async () => {
    const engine = await working();
    await engine.schedule('queue', { cron: '0 0 1 1 *', workflow: app.long, args: ['queue'], overlap: 'queue' });
    const first = await engine.triggerSchedule('queue');
    await until('the first', () => worked.length);
    await world.store.schedules.setPaused('queue', false, (await world.store.clock()) - 1000);
    await until('the tick', async () => (await runsOf('queue')).length === 2);
    await pause(50);
    expect([(await runsOf('queue'))[1]!.status, worked.length]).toEqual(['pending', 1]);
    await first.send('go', 1);
    await until('the second', () => worked.length === 2);
  });

  test('allow: runs go on side by side; cancel-previous: the run before is cancelled', async () => {
    const engine = await working();
    for (const overlap of ['allow', 'cancel-previous'] as const) {
      worked.length = 0;
      await engine.schedule(overlap, { cron: '0 0 1 1 *', workflow: app.long, args: [overlap], overlap });
      const first = await engine.triggerSchedule(overlap);
      await until('the first', () => worked.length === 1);
      await world.store.schedules.setPaused(overlap, false, (await world.store.clock()) - 1000);
      await until('the second', () => worked.length === 2);
      if (overlap === 'allow') expect((await first.status()).state).toBe('running');
      else expect(await thrownBy(first.result())).toMatchObject({ name: 'CancelledError', reason: "the next run of 'cancel-previous' begins" });
    }
  });

  test('the same schedule again changes nothing, another one takes its place, and none is there when it is taken away', async () => {
    const engine = await working();
    const options = { cron: '0 3 * * *', workflow: app.job, args: ['x'] as [string], timeZone: 'Europe/Berlin' };
    await engine.schedule('one', options);
    const { nextMs } = await found('one');
    expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' }).format(nextMs!)).toBe('03:00');
    await due('one', -600_000);
    const moved = (await found('one')).nextMs;
    await engine.schedule('one', options);
    expect((await found('one')).nextMs).toBe(moved);
    await engine.schedule('one', { ...options, cron: '0 4 * * *' });
    expect(await engine.schedules()).toMatchObject([{ id: 'one', cron: '0 4 * * *' }]);
    await engine.unschedule('one');
    expect(await engine.schedules()).toEqual([]);
    for (const gone of [() => engine.unschedule('one'), () => engine.pauseSchedule('one'), () => engine.resumeSchedule('one'), () => engine.triggerSchedule('one')]) {
      expect(await thrownBy(gone)).toMatchObject({ code: 'schedule_missing' });
    }
  });

  test('a tick that is just being made is not made if another schedule has taken the place meanwhile', async () => {
    const client = world.engine();
    await client.schedule('changed', { cron: '* * * * *', workflow: app.job, args: ['old'] });
    const at = await due('changed');
    const seen = await found('changed');
    await world.store.schedules.put('changed', seen.spec.replace('old', 'new'), seen.entry, at);
    expect(await makeTicks(world.store, seen, app.$perdure.artifact)).toMatchObject({ begun: false });
    expect(await makeTicks(world.store, await found('changed'), app.$perdure.artifact)).toMatchObject({ begun: true });
  });

  test('while it is paused it does not tick, and what it has missed it does not make up', async () => {
    const engine = await working();
    await engine.schedule('paused', { cron: '* * * * *', workflow: app.job, args: ['paused'], backfill: '1 day' });
    await engine.pauseSchedule('paused');
    expect((await engine.schedules())[0]).toMatchObject({ paused: true, nextAt: null });
    await world.store.schedules.setPaused('paused', true, (await world.store.clock()) - 600_000);
    await pause(60);
    await engine.resumeSchedule('paused');
    await pause(60);
    expect((await found('paused')).nextMs).toBeGreaterThan((await world.store.clock()) - 60_000);
    expect(worked.length).toBeLessThanOrEqual(1); // a minute may have begun meanwhile
  });

  test('only who provides the workflow makes its ticks', async () => {
    const client = world.engine();
    await client.schedule('elsewhere', { cron: '* * * * *', workflow: app.job, args: ['elsewhere'] });
    await due('elsewhere');
    await world.working(compileApp(`export async function other() {}`, `other-${kind}`));
    await pause(60);
    expect((await found('elsewhere')).lastMs).toBe(null);
    await working();
    await until('the run', () => worked.length);
  });

  test('a version of the module without the workflow makes none of its ticks, and says so', async () => {
    const version = (name: string) => compileApp(`export async function ${name}() {}`, `renamed-${kind}`);
    const old = version('job');
    await world.engine().schedule('renamed', { cron: '* * * * *', workflow: old.job });
    await due('renamed');
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await world.working(version('task'));
    await until('the warning', () => warned.mock.calls.some(([text]) => /'renamed' does not tick here: .*#job/.test(text)));
    warned.mockRestore();
    expect((await found('renamed')).lastRun).toBe(null);
    await world.working(old);
    await until('the tick', async () => (await found('renamed')).lastRun);
  });

  test('what is no schedule is refused', async () => {
    const engine = world.engine();
    const good = { cron: '0 3 * * *', workflow: app.job };
    for (const [id, options] of [
      ['a', { ...good, cron: '0 3 * *' }], ['a', { ...good, cron: '0 0 31 2 *' }], ['a', { ...good, timeZone: 'Mars/Base' }], ['a', { ...good, overlap: 'explode' as never }],
      ['a', { ...good, backfill: 'long' }], ['a', { ...good, timezone: 'Europe/Berlin' }], ['no id', good], ['', good],
    ] as const) {
      expect(await thrownBy(engine.schedule(id, options as never)), JSON.stringify([id, options])).toMatchObject({ code: 'schedule' });
    }
    expect(await thrownBy(engine.schedule('a', { ...good, workflow: (() => {}) as never }))).toMatchObject({ code: 'not_compiled' });
    expect(await engine.schedules()).toEqual([]);
  });

  test('workers that die between ticks make none twice', async () => {
    const first = await working();
    await first.schedule('mortal', { cron: '* * * * *', workflow: app.job, args: ['mortal'], overlap: 'allow', backfill: '10 minutes' });
    const begun = gate();
    const killer = world.engine().provide(app, { work: (name: string) => (worked.push(name), killer.kill(), begun.open(), new Promise(() => {})) });
    await first.close();
    await due('mortal', 240_000);
    void killer.work(); // it dies in the middle of it, perhaps
    await begun.promise;
    await world.buryAll();
    await world.working(app, { work: { run: work, idempotent: true } });
    await until('the next tick', async () => (await found('mortal')).nextMs! > (await world.store.clock()));
    const runs = await runsOf('mortal');
    expect(runs.length).toBeGreaterThanOrEqual(4);
    const moments = runs.map(({ id }) => Date.parse(id.slice('mortal@'.length))).sort((a, b) => a - b);
    expect(moments).toEqual(moments.map((_, i) => moments[0]! + i * 60_000));
  });
});

test('the ticks that have come are planned in order, and what is too old in one step', () => {
  const spec = { cron: '*/10 * * * *', timeZone: 'UTC' };
  const at = (text: string): number => Date.parse(`2026-01-01T${text}:00Z`);
  const planned = (next: string, now: string, backfillMs: number | null) =>
    plan({ nextMs: at(next), nowMs: at(now) }, { ...spec, backfillMs }).map((tick) => [new Date(tick.at).toISOString().slice(11, 16), tick.next && new Date(tick.next).toISOString().slice(11, 16), tick.begins]);
  expect(planned('10:10', '10:09', null)).toEqual([]);
  expect(planned('10:10', '10:10', null)).toEqual([['10:10', '10:20', true]]);
  expect(planned('10:10', '10:35', null)).toEqual([['10:10', '10:30', false], ['10:30', '10:40', true]]);
  expect(planned('10:10', '10:35', 3_600_000)).toEqual([['10:10', '10:20', true], ['10:20', '10:30', true], ['10:30', '10:40', true]]);
  expect(planned('08:00', '10:35', 20 * 60_000)).toEqual([['08:00', '10:20', false], ['10:20', '10:30', true], ['10:30', '10:40', true]]);
  expect(planned('08:00', '10:35', 0)).toEqual([['08:00', '10:40', false]]);
  // What has only just come has not been missed, however little is made up.
  expect(plan({ nextMs: at('10:30'), nowMs: at('10:30') + 900 }, { ...spec, backfillMs: 0 })).toEqual([{ at: at('10:30'), next: at('10:40'), begins: true }]);
  const years = plan({ nextMs: 0, nowMs: at('00:00') }, { ...spec, backfillMs: null });
  expect(years.map(({ begins }) => begins)).toEqual([false, true]);
  expect(() => calendarOf({ cron: 'x', timeZone: 'UTC' })).toThrow("'x' is no cron expression");
});
