/**
 * Cron expressions, in every zone: against a reckoning that looks at each minute of real time, one after the other.
 *
 * `SEEDS=5000 FROM=1 npx vitest run test/cron.test.ts` runs more; a failure prints its seed.
 */
import { expect, test } from 'vitest';
import { Cron } from '../runtime/schedule/cron.ts';
import { TimeZone } from '../runtime/schedule/time-zone.ts';
import { Random } from './support/random.ts';

const SEEDS = Number(process.env.SEEDS ?? 25);
const FROM = Number(process.env.FROM ?? 1);
const MINUTE = 60_000;

const UTC = new TimeZone('UTC');

/** The next ticks, as text in UTC. */
function ticks(expression: string, from: string, count: number, zone = 'UTC'): string[] {
  const cron = new Cron(expression);
  const where = new TimeZone(zone);
  const out: string[] = [];
  for (let at = Date.parse(from); out.length < count; ) {
    at = cron.next(at, where)!;
    out.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  return out;
}

test('fields: numbers, lists, ranges, steps, names', () => {
  const from = '2026-01-30T23:58:30Z';
  expect(ticks('* * * * *', from, 3)).toEqual(['2026-01-30T23:59Z', '2026-01-31T00:00Z', '2026-01-31T00:01Z']);
  expect(ticks('0 3 * * *', from, 2)).toEqual(['2026-01-31T03:00Z', '2026-02-01T03:00Z']);
  expect(ticks('15,45 8-18/5 * * *', from, 5)).toEqual(['2026-01-31T08:15Z', '2026-01-31T08:45Z', '2026-01-31T13:15Z', '2026-01-31T13:45Z', '2026-01-31T18:15Z']);
  expect(ticks('*/20 22 * * *', from, 4)).toEqual(['2026-01-31T22:00Z', '2026-01-31T22:20Z', '2026-01-31T22:40Z', '2026-02-01T22:00Z']);
  expect(ticks('50/4 0 * * *', from, 4)).toEqual(['2026-01-31T00:50Z', '2026-01-31T00:54Z', '2026-01-31T00:58Z', '2026-02-01T00:50Z']);
  expect(ticks('0 0 1 JAN,jul *', from, 3)).toEqual(['2026-07-01T00:00Z', '2027-01-01T00:00Z', '2027-07-01T00:00Z']);
  expect(ticks('0 12 * * fri-sun', from, 4)).toEqual(['2026-01-31T12:00Z', '2026-02-01T12:00Z', '2026-02-06T12:00Z', '2026-02-07T12:00Z']);
  expect(ticks('0 12 * * 7', from, 2)).toEqual(ticks('0 12 * * 0', from, 2));
  expect(ticks('0 0 29 2 *', from, 2)).toEqual(['2028-02-29T00:00Z', '2032-02-29T00:00Z']);
  // Either day will do.
  expect(ticks('0 0 13 * fri', from, 4)).toEqual(['2026-02-06T00:00Z', '2026-02-13T00:00Z', '2026-02-20T00:00Z', '2026-02-27T00:00Z']);
  expect(ticks('@daily', from, 1)).toEqual(['2026-01-31T00:00Z']);
  expect(ticks(' @Hourly ', from, 1)).toEqual(['2026-01-31T00:00Z']);
});

test('a tick is after the instant that is asked about, never at it', () => {
  const at = Date.parse('2026-01-31T03:00:00Z');
  const cron = new Cron('0 3 * * *');
  expect(cron.next(at - 1, UTC)).toBe(at);
  expect(cron.next(at, UTC)).toBe(at + 86_400_000);
});

test('what never comes has no next tick', () => {
  expect(new Cron('0 0 31 2,4 *').next(0, UTC)).toBe(null);
});

test.each([
  ['', 'five fields'], ['* * * *', 'five fields'], ['* * * * * *', 'five fields'], ['60 * * * *', '0 to 59'], ['* 24 * * *', '0 to 23'],
  ['* * 0 * *', '1 to 31'], ['* * * 13 *', '1 to 12'], ['* * * * 8', '0 to 7'], ['5-1 * * * *', 'ends before it begins'], ['*/0 * * * *', 'step'],
  ['1-2-3 * * * *', 'two ends'], ['1/2/3 * * * *', 'step'], ['a * * * *', '0 to 59'], ['* * L * *', '1 to 31'], ['@sometimes', 'five fields'], ['1,, * * * *', '0 to 59'],
])('%j is refused', (text, why) => {
  expect(() => new Cron(text)).toThrow(RangeError);
  expect(() => new Cron(text)).toThrow(why);
});

test('there is no such zone', () => {
  expect(() => new TimeZone('Europe/Atlantis')).toThrow(RangeError);
});

test('Berlin, where the clock is set forward at 2 and back at 3', () => {
  const [spring, autumn] = ['2026-03-28T12:00:00Z', '2026-10-24T12:00:00Z'];
  expect(ticks('0 3 * * *', spring, 2, 'Europe/Berlin')).toEqual(['2026-03-29T01:00Z', '2026-03-30T01:00Z']);
  // There is no half past two: when the clock has jumped over it.
  expect(ticks('30 2 * * *', spring, 2, 'Europe/Berlin')).toEqual(['2026-03-29T01:00Z', '2026-03-30T00:30Z']);
  expect(ticks('0,30 2-3 * * *', spring, 4, 'Europe/Berlin')).toEqual(['2026-03-29T01:00Z', '2026-03-29T01:30Z', '2026-03-30T00:00Z', '2026-03-30T00:30Z']);
  expect(ticks('30 * * * *', '2026-03-29T00:00:00Z', 3, 'Europe/Berlin')).toEqual(['2026-03-29T00:30Z', '2026-03-29T01:30Z', '2026-03-29T02:30Z']);
  // Half past two comes twice: the first time.
  expect(ticks('30 2 * * *', autumn, 2, 'Europe/Berlin')).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
  expect(ticks('30 * * * *', '2026-10-24T23:45:00Z', 3, 'Europe/Berlin')).toEqual(['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:30Z']);
});

test('midnight that does not come, and half hours', () => {
  // Cuba sets its clock forward at midnight.
  expect(ticks('0 0 * * *', '2026-03-07T12:00:00Z', 2, 'America/Havana')).toEqual(['2026-03-08T05:00Z', '2026-03-09T04:00Z']);
  // Lord Howe sets it by half an hour.
  expect(ticks('15 2 * * *', '2026-10-03T00:00:00Z', 2, 'Australia/Lord_Howe')).toEqual(['2026-10-03T15:30Z', '2026-10-04T15:15Z']);
});

/** Each minute of real time: the ticks from one instant to another. */
function reckoned(fields: ReadonlySet<number>[], everyHour: boolean, zone: string, from: number, to: number): number[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const wall = (at: number): number => Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
  const [minutes, hours, days, months, weekdays] = fields as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  const fits = (local: number): boolean => {
    const d = new Date(local);
    const [byDate, byDay] = [days.has(d.getUTCDate()), weekdays.has(d.getUTCDay())];
    const isOn = days.size < 31 && weekdays.size < 7 ? byDate || byDay : byDate && byDay;
    return isOn && months.has(d.getUTCMonth() + 1) && hours.has(d.getUTCHours()) && minutes.has(d.getUTCMinutes());
  };
  const out: number[] = [];
  let most = wall(from - 2 * 86_400_000); // the latest time that the clock has shown
  let last = wall(from - 2 * 86_400_000);
  for (let at = from - 2 * 86_400_000 + MINUTE; at <= to; at += MINUTE) {
    const local = wall(at);
    let isTick = false;
    if (everyHour) isTick = fits(local);
    // What the clock shows for the first time, and what it has jumped over.
    else for (let skipped = Math.max(last, most) + MINUTE; skipped <= local; skipped += MINUTE) isTick ||= fits(skipped);
    if (isTick && at > from) out.push(at);
    most = Math.max(most, local);
    last = local;
  }
  return out;
}

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca', 'Asia/Tehran', 'America/St_Johns', 'UTC'];
/** Days on which clocks were set somewhere, and others. */
const MOMENTS = ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05', '2026-10-04', '2011-12-30', '2026-02-15', '2026-03-22', '2021-03-22', '2021-09-22', '2026-06-15'];

test('random expressions around the days on which clocks are set', { timeout: 600_000 }, () => {
  for (let seed = FROM; seed < FROM + SEEDS; seed++) {
    const random = new Random(`cron ${seed}`);
    const zone = random.pick(ZONES);
    const from = Date.parse(`${random.pick(MOMENTS)}T00:00:00Z`) - random.below(36 * 60) * MINUTE;
    const field = (min: number, max: number, star: number): [string, Set<number>] => {
      const all = Array.from({ length: max - min + 1 }, (_, i) => min + i);
      if (random.chance(star)) return ['*', new Set(all)];
      const step = 1 + random.below(12);
      if (random.chance(0.3)) return [`*/${step}`, new Set(all.filter((n) => (n - min) % step === 0))];
      const values = Array.from({ length: 1 + random.below(3) }, () => random.pick(all));
      return [values.join(), new Set(values)];
    };
    const parsed = [field(0, 59, 0.2), field(0, 23, 0.4), random.chance(0.8) ? field(1, 31, 1) : field(1, 31, 0), field(1, 12, 1), random.chance(0.8) ? field(0, 6, 1) : field(0, 6, 0)];
    // A step that leaves nothing out is still given, and a list that has everything.
    const text = parsed.map(([t]) => t).join(' ');
    const isStar = (i: number): boolean => parsed[i]![0].startsWith('*');
    if ((isStar(2) && parsed[2]![1].size < 31) || (isStar(4) && parsed[4]![1].size < 7)) continue;
    const to = from + 3 * 86_400_000;
    const expected = reckoned(parsed.map(([, set]) => set), isStar(1), zone, from, to);
    const cron = new Cron(text);
    const where = new TimeZone(zone);
    const actual: number[] = [];
    for (let at = cron.next(from, where); at !== null && at <= to; at = cron.next(at, where)) actual.push(at);
    const show = (list: number[]): string[] => list.map((at) => new Date(at).toISOString());
    expect(show(actual), `seed ${seed}: '${text}' in ${zone} from ${new Date(from).toISOString()}`).toEqual(show(expected));
  }
});
