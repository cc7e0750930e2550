/**
 * The database's clock, as far as this process knows it: between two bounds, from the last time it was read.
 *
 * It was read as D at some moment between sending (t0) and receiving (t1). So at any later moment t it shows at
 * least D + (t - t1) and at most D + (t - t0). A timer fires when the lower bound has reached it: never early.
 * It counts from the upper bound: never short.
 */
import { host } from '../host.ts';
import type { Clock } from '../engine/run.ts';

export class DatabaseClock implements Clock {
  private read = 0;
  private sentAt = 0;
  private receivedAt = 0;

  /** Reads the clock through `ask`, which returns ms since 1970. */
  async synchronise(ask: () => Promise<number>): Promise<void> {
    const sent = host.monotonic();
    const read = await ask();
    this.learn(read, sent, host.monotonic());
  }

  /**
   * Takes a reading, unless the one we have is sharper; but if that is contradicted, it is wrong: this machine was asleep, which its monotonic clock
   * does not count, or another server has become the database.
   */
  learn(read: number, sentAt: number, receivedAt: number): void {
    const sharper = receivedAt - sentAt <= this.receivedAt - this.sentAt;
    const old = receivedAt - this.receivedAt > 60_000;
    const fits = read >= this.read + (sentAt - this.receivedAt) && read <= this.read + (receivedAt - this.sentAt);
    if (this.read !== 0 && !sharper && !old && fits) return;
    this.read = read;
    this.sentAt = sentAt;
    this.receivedAt = receivedAt;
  }

  /** The database shows this or more: what is due there is due here, however vague the last reading was. */
  atLeast(shown: number): void {
    this.receivedAt -= Math.max(0, shown - this.earliest());
    this.sentAt = Math.min(this.sentAt, this.receivedAt);
  }

  earliest(): number {
    return this.read + (host.monotonic() - this.receivedAt);
  }

  latest(): number {
    return Math.ceil(this.read + (host.monotonic() - this.sentAt));
  }

  now(): number {
    return Math.floor(this.earliest());
  }
}
