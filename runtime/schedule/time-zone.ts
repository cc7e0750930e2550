/**
 * Local times of a zone, through Intl: what time a clock on the wall there shows, and when it shows a time.
 *
 * A local time is written as the ms since 1970 that it would be in UTC: 3 o'clock in Berlin as 3 o'clock in UTC.
 */

const MINUTE = 60_000;
const DAY = 86_400_000;

export class TimeZone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;

  /** Throws RangeError for a name that is not one of a zone. */
  constructor(name: string) {
    this.name = name;
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'narrow',
    });
  }

  /** What the clock on the wall shows at an instant. */
  local(instant: number): number {
    const seconds = Math.floor(instant / 1000) * 1000;
    const parts: Record<string, string> = {};
    for (const { type, value } of this.format.formatToParts(seconds)) parts[type] = value;
    const year = parts.era === 'B' ? 1 - Number(parts.year) : Number(parts.year);
    const wall = Date.UTC(2000, Number(parts.month) - 1, Number(parts.day), Number(parts.hour), Number(parts.minute), Number(parts.second));
    return new Date(wall).setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day)) + (instant - seconds);
  }

  private offset(instant: number): number {
    return this.local(instant) - instant;
  }

  /** Does the clock run evenly from one instant to another? (A change and its reversal within a day are not looked for.) */
  isEven(from: number, to: number): boolean {
    return this.offset(from) === this.offset(to);
  }

  /** The instants at which the clock shows a local time: one; two where it is set back; none where it is set forward. */
  instants(local: number): number[] {
    const offsets = new Set([this.offset(local - DAY), this.offset(local + DAY)]);
    return [...offsets].map((offset) => local - offset).filter((instant) => this.local(instant) === local).sort((a, b) => a - b);
  }

  /** Of a local time that does not come: when the clock is set forward beyond it. */
  afterGap(local: number): number {
    const [before, after] = [this.offset(local - DAY), this.offset(local + DAY)];
    let [low, high] = [local - Math.max(before, after) - MINUTE, local - Math.min(before, after) + MINUTE];
    // The first instant, to the second, at which the clock shows more.
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (this.local(middle) > local) high = middle;
      else low = middle;
    }
    return high;
  }
}
