/**
 * Cron expressions: minute, hour, day of the month, month, day of the week.
 *
 *     0 3 * * *          at three in the morning         15,45 8-18/2 * * mon-fri
 *
 * A field is `*` or a list of numbers, ranges and steps (5, 1-5, 8-18/2, *\/15); months and days of the week have names,
 * Sunday is 0 or 7. Where both days are given, either will do, as in every cron since Vixie's.
 *
 * The clock of a zone is set forward and back. With a fixed hour there is one tick for each local time: where that comes twice,
 * the first time; where it does not come, at the instant at which the clock has jumped over it. Where the hour is `*`, the
 * ticks follow the clock: `*\/15 * * * *` ticks every quarter of an hour, also of one that is repeated.
 */
import type { TimeZone } from './time-zone.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

interface Field {
  name: string;
  min: number;
  max: number;
  names: string[];
}

const FIELDS: Field[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of the month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of the week', min: 0, max: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const SHORTHANDS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Days looked at before an expression counts as one that never comes: 29 February may be eight years away. */
const DAYS_MAX = 9 * 366;

export class Cron {
  readonly text: string;
  private readonly minutes: number[];
  private readonly hours: number[];
  private readonly days: ReadonlySet<number>;
  private readonly months: ReadonlySet<number>;
  private readonly weekdays: ReadonlySet<number>;
  /** The hour is `*`: ticks follow the clock. */
  private readonly isEveryHour: boolean;
  /** Both kinds of days are given. */
  private readonly isEither: boolean;

  /** Throws RangeError, with what is wrong. */
  constructor(text: string) {
    this.text = text;
    const fields = (SHORTHANDS[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
    if (fields.length !== FIELDS.length) throw new RangeError(`'${text}' is no cron expression: five fields were expected, such as '0 3 * * *'`);
    const values = fields.map((field, i) => parseField(field, FIELDS[i]!, text));
    const inOrder = (set: Set<number>): number[] => [...set].sort((a, b) => a - b);
    this.minutes = inOrder(values[0]!);
    this.hours = inOrder(values[1]!);
    this.days = values[2]!;
    this.months = values[3]!;
    this.weekdays = new Set([...values[4]!].map((day) => day % 7));
    this.isEveryHour = fields[1]!.startsWith('*');
    this.isEither = !fields[2]!.startsWith('*') && !fields[4]!.startsWith('*');
  }

  /** The first tick after an instant, or null if there is none. */
  next(after: number, zone: TimeZone): number | null {
    // From the day before: the clock may have been set back over midnight.
    const today = Math.floor(zone.local(after) / DAY) * DAY - DAY;
    for (let i = 0; i < DAYS_MAX; i++) {
      const day = today + i * DAY;
      if (!this.isOn(new Date(day))) continue;
      const tick = this.ticksOn(day, zone).find((instant) => instant > after);
      if (tick !== undefined) return tick;
    }
    return null;
  }

  private isOn(day: Date): boolean {
    if (!this.months.has(day.getUTCMonth() + 1)) return false;
    const [byDate, byWeekday] = [this.days.has(day.getUTCDate()), this.weekdays.has(day.getUTCDay())];
    return this.isEither ? byDate || byWeekday : byDate && byWeekday;
  }

  /** The ticks of a local day, in order. */
  private ticksOn(day: number, zone: TimeZone): number[] {
    const locals = this.hours.flatMap((hour) => this.minutes.map((minute) => day + hour * HOUR + minute * MINUTE));
    // On most days the clock runs evenly, and one look at it is enough.
    const [first] = zone.instants(day);
    if (first !== undefined && zone.isEven(first - HOUR, first + DAY + HOUR)) return locals.map((local) => first + (local - day));
    const ticks = new Set(locals.flatMap((local) => this.instantsOf(local, zone)));
    return [...ticks].sort((a, b) => a - b);
  }

  private instantsOf(local: number, zone: TimeZone): number[] {
    const instants = zone.instants(local);
    if (this.isEveryHour) return instants;
    return instants.length > 0 ? instants.slice(0, 1) : [zone.afterGap(local)];
  }
}

function parseField(text: string, field: Field, whole: string): Set<number> {
  const wrong = (why: string): never => {
    throw new RangeError(`'${whole}' is no cron expression: ${why} in the ${field.name}, '${text}'`);
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, more] = part.split('/');
    if (more !== undefined || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) wrong('a step is a number from 1 on');
    const [low, high] = rangeOf(range, step !== undefined, field, wrong);
    if (low > high) wrong('a range ends before it begins');
    for (let value = low; value <= high; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function rangeOf(text: string, hasStep: boolean, field: Field, wrong: (why: string) => never): [number, number] {
  // Sunday is 0 in a range over all days, so that steps are counted from there.
  const last = field.max === 7 ? 6 : field.max;
  if (text === '*') return [field.min, last];
  const [from = '', to, more] = text.split('-');
  if (more !== undefined) wrong('a range has two ends');
  const low = valueOf(from, field, wrong);
  if (to === undefined) return [low, hasStep ? last : low];
  const high = valueOf(to, field, wrong);
  // fri-sun
  return [low, field.max === 7 && high === 0 && low > 0 ? 7 : high];
}

function valueOf(text: string, { min, max, names }: Field, wrong: (why: string) => never): number {
  const named = names.indexOf(text.toLowerCase());
  if (named !== -1) return named + min;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) wrong(`${min} to ${max} was expected`);
  return value;
}
