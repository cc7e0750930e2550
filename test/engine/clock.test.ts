/**
 * Time: durations as people write them, timers that are far away, and clocks of workers that jump. A timer follows the database's
 * clock, and is never early.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { durationMs } from '../../runtime/builtins/duration.ts';
import { DatabaseClock } from '../../runtime/worker/clock.ts';
import { host } from '../../runtime/host.ts';
import { compileApp, KINDS, pause, until, World } from '../support/app.ts';

const DAY_MS = 86_400_000;
const YEARS_MS = 10 * 365 * DAY_MS;

describe('durations', () => {
  test.each([
    ['2 weeks', 14 * DAY_MS],
    ['365 days', 365 * DAY_MS],
    ['52w 1d', 365 * DAY_MS],
    ['1 hour 30 minutes', 5_400_000],
    ['1.5 days', 1.5 * DAY_MS],
  ])('%s', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each(['1 year', '2 years', '1 month', '6 months', '1y', '1 day 2 months'])('%s is not always equally long: the error says what to write', (text) => {
    expect(() => durationMs(text)).toThrow(/not always equally long.*'30 days'.*'365 days'.*Date/);
  });
});

test('a timer that is further away than those of Node fires once, and not before', () => {
  vi.useFakeTimers();
  try {
    let fired = 0;
    const ms = 3 * 2 ** 31 + 5;
    host.after(ms, () => fired++);
    const cancelled = host.after(ms, () => (fired += 100));
    vi.advanceTimersByTime(2 ** 31 + 1);
    cancelled.cancel();
    vi.advanceTimersByTime(ms - 2 ** 31 - 2);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(1);
    vi.advanceTimersByTime(2 * ms);
    expect(fired).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

const app = compileApp(`
  export async function naps(duration: any) { const before = Date.now(); await sleep(duration); return Date.now() - before; }
  export async function naps3(ms: number) { const seen = [Date.now()]; for (let i = 0; i < 3; i++) { await sleep(ms); seen.push(Date.now()); } return seen; }
  export const never = channel<any>('never');
  export async function impatient(ms: number) { const before = Date.now(); const got = await never.receive({ timeout: ms }); return [got ?? null, Date.now() - before >= ms]; }
`, 'clock');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('a run sleeps for longer than the timers of Node, whoever is there meanwhile', async () => {
    const engine = await world.working(app, {}, { restMs: 60_000 });
    const before = await world.store.clock();
    const run = await engine.start(app.naps, { args: ['400 days'] });
    // It is in memory, and its timer is set there.
    await until('the first cycle', async () => (await world.store.log.read(run.uid, 1, 9)).length === 1);
    await pause(50);
    expect(await world.store.log.read(run.uid, 2, 9)).toEqual([]);
    await engine.close();
    await world.working(app);
    await until('that it sleeps', async () => (await world.store.runs.find(run.id))!.wakeMs! > before + 399 * DAY_MS);
    await pause(50);
    expect(await world.store.log.read(run.uid, 2, 9)).toEqual([]);
  });
});

test('a reading that contradicts what was known is believed, however vague: the machine was asleep, or another server has taken over', () => {
  const monotonic = vi.spyOn(host, 'monotonic').mockReturnValue(1000);
  try {
    const clock = new DatabaseClock();
    clock.learn(5_000_000, 999, 1000);
    clock.learn(5_000_010, 1000, 1025); // vague, and as was known
    expect([clock.earliest(), clock.latest()]).toEqual([5_000_000, 5_000_001]);
    clock.learn(8_600_000, 1000, 1050); // an hour later
    monotonic.mockReturnValue(1050);
    expect([clock.earliest(), clock.latest()]).toEqual([8_600_000, 8_600_050]);
    clock.learn(5_000_100, 1050, 1100); // and back
    monotonic.mockReturnValue(1100);
    expect([clock.earliest(), clock.latest()]).toEqual([5_000_100, 5_000_150]);
  } finally {
    monotonic.mockRestore();
  }
});

test('a timer that came due while the machine was asleep fires as soon as the clock is known again', async () => {
  const world = await World.open('memory');
  const realNow = host.now;
  const now = vi.spyOn(host, 'now'); // the clock of that store
  try {
    const engine = await world.working(app, {}, { restMs: 60_000, leaseMs: 300 });
    const run = await engine.start(app.impatient, { args: [3_600_000] });
    await until('it to wait', async () => (await world.store.log.read(run.uid, 1, 9)).length > 0);
    now.mockImplementation(() => realNow() + 2 * 3_600_000);
    expect(await run.result()).toEqual([null, true]);
  } finally {
    now.mockRestore();
    await world.close();
  }
});

// Stores inside the process have no clock but the host's.
describe('on PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open('postgres');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test.each([['forwards', YEARS_MS], ['backwards', -YEARS_MS]])("a worker's clock that jumps %s changes nothing", async (_, jumpMs) => {
    const now = vi.spyOn(host, 'now');
    const realNow = Date.now;
    const dateNow = vi.spyOn(Date, 'now');
    try {
      const engine = await world.working(app, {}, { restMs: 60_000 });
      const before = await world.store.clock();
      const runs = [await engine.start(app.naps3, { args: [150] }), await engine.start(app.impatient, { args: [200] })] as const;
      await pause(60);
      for (const clock of [now, dateNow]) clock.mockImplementation(() => realNow() + jumpMs);
      const [seen, gaveUp] = [await runs[0].result() as number[], await runs[1].result()];
      const after = await world.store.clock();
      expect(gaveUp).toEqual([null, true]);
      // Their times are the database's, as is when they wake.
      for (const [i, at] of seen.entries()) {
        // What the time is, a worker knows but for how long it took to ask; when it wakes is exact.
        expect(at).toBeGreaterThanOrEqual(Math.floor(before) + 150 * i - (i === 0 ? 50 : 0));
        expect(at).toBeLessThanOrEqual(after);
        if (i > 0) expect(at - seen[i - 1]!).toBeGreaterThanOrEqual(150);
      }
    } finally {
      now.mockRestore();
      dateNow.mockRestore();
    }
  });

  test('a run that sleeps in the store is woken by the clock of the database alone', async () => {
    const engine = world.engine().provide(app, {});
    const run = await engine.start(app.naps, { args: [DAY_MS] });
    const early = await world.working(app, {}, { aheadMs: DAY_MS - 60_000 });
    const cycles = async () => (await world.store.log.read(run.uid, 1, 9)).length;
    await until('that it sleeps', async () => (await cycles()) === 1);
    await pause(60);
    expect(await cycles()).toBe(1);
    await early.close();
    await world.working(app, {}, { aheadMs: 2 * DAY_MS });
    expect(await run.result()).toBeGreaterThanOrEqual(DAY_MS);
  });
});
