/**
 * How many effects one worker makes at a time. What a run asks for beyond that is committed without a claim, and waits in memory: it
 * is claimed when there is room, or by the next worker. Those that wait longest come first.
 */
import { host } from '../../host.ts';
import type { PendingCall, PendingCalls } from './pending-calls.ts';

export class Room {
  private readonly calls: PendingCalls;
  private readonly max: number;
  private readonly begin: (pending: PendingCall, attempt: number) => void;
  /** Calls that wait, in the order in which they came, each with the attempt that is next. */
  private readonly waiting = new Map<PendingCall, number>();
  /** Taken by first attempts whose claims are being committed. */
  private reserved = 0;
  private isLettingIn = false;

  /** `begin` claims an attempt and makes it: it takes room from that call on. */
  constructor(calls: PendingCalls, max: number, begin: (pending: PendingCall, attempt: number) => void) {
    this.calls = calls;
    this.max = max;
    this.begin = begin;
  }

  private get left(): number {
    return Math.max(0, this.max - this.calls.underWay - this.reserved);
  }

  /** May an attempt at this call begin at once? Not before those that wait. */
  isThereFor(pending: PendingCall): boolean {
    return this.waiting.size === 0 && this.calls.underWay - pending.room + this.reserved < this.max;
  }

  /** Takes room for as many of `count` first attempts as there is, until it is given back. Returns for how many. */
  reserve(count: number): number {
    const reserved = this.waiting.size > 0 ? 0 : Math.min(count, this.left);
    this.reserved += reserved;
    return reserved;
  }

  /** They have begun, and so take room themselves, or will not. */
  giveBack(reserved: number): void {
    this.reserved -= reserved;
    if (reserved > 0) this.freed();
  }

  /** Lets a call wait until there is room. */
  queue(pending: PendingCall, attempt: number): void {
    pending.phase = 'queued';
    this.waiting.set(pending, attempt);
  }

  /** Has an attempt at this call that waits come after others? */
  followsOthers(pending: PendingCall): boolean {
    return (this.waiting.get(pending) ?? 1) > 1;
  }

  /** There may be room. */
  freed(): void {
    if (this.waiting.size === 0 || this.isLettingIn) return;
    this.isLettingIn = true;
    host.soon(() => {
      this.isLettingIn = false;
      for (const [pending, attempt] of this.waiting) {
        const isWanted = pending.phase === 'queued' && this.calls.get(pending.call) === pending;
        if (isWanted && this.left === 0) return;
        this.waiting.delete(pending);
        if (isWanted) this.begin(pending, attempt);
      }
    });
  }
}
