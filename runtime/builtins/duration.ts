/**
 * Durations as people write them: 250 (ms), '90s', '2 days', '1 hour 30 minutes'.
 */

const UNITS: Record<string, number> = {
  ms: 1,
  millisecond: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** Those of the calendar: what has to be known to add one is the day and the zone. */
const CALENDAR = /^(y|yr|year|mo|month)s?$/;

const PART = /\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*/giy;

/** Some 250,000 years: what is added to a moment of today is one that Dates and databases know. */
const LONGEST_MS = 8e15;

/** Milliseconds. Throws RangeError for what is no duration: negative, NaN, an unknown unit. */
export function durationMs(value: unknown): number {
  if (typeof value === 'number') {
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY) throw new RangeError(`${value} is not a number of milliseconds`);
    return Math.min(Math.ceil(value), LONGEST_MS);
  }
  if (typeof value !== 'string') throw new RangeError("a duration is a number of milliseconds, or a text such as '90s', '2 days' or '1 hour 30 minutes'");
  let total = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let part = PART.exec(value); part !== null; part = PART.exec(value)) {
    const unit = part[2]!.toLowerCase();
    const ms = UNITS[unit] ?? UNITS[unit.replace(/s$/, '')];
    if (ms === undefined && CALENDAR.test(unit)) {
      throw new RangeError(`'${value}': months and years are not always equally long; write for example '30 days' or '365 days', or wait until a Date`);
    }
    if (ms === undefined) break;
    total += Number(part[1]) * ms;
    end = PART.lastIndex;
  }
  if (end === 0 || end < value.length) {
    throw new RangeError(`'${value}' is not a duration; write for example '90s', '2 days' or '1 hour 30 minutes'`);
  }
  return Math.min(Math.ceil(total), LONGEST_MS);
}
