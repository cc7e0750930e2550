/**
 * The runs that a worker holds in memory, and which of them leave it next: those that have waited for long, and more where all together
 * are too large.
 */
import { host } from '../host.ts';
import type { HeldRun } from './held-run.ts';

/** How long a run waits in memory where that is full: what it waits for may be just about to come. */
const REST_FULL_MS = 20;

export class HeldRuns extends Map<string, HeldRun> {
  private readonly bytesMax: number;
  private readonly restMs: number;
  /** How large each was when it was looked at last, by uid. */
  private readonly sizes = new Map<string, number>();
  private bytes = 0;

  /** How large all may be together, and how long one that waits stays. */
  constructor(bytesMax: number, restMs: number) {
    super();
    this.bytesMax = bytesMax;
    this.restMs = restMs;
  }

  /** A run has come, or its state has changed. */
  measure(held: HeldRun): void {
    if (this.get(held.uid) !== held) return;
    this.bytes += held.bytes - (this.sizes.get(held.uid) ?? 0);
    this.sizes.set(held.uid, held.bytes);
  }

  override delete(uid: string): boolean {
    this.bytes -= this.sizes.get(uid) ?? 0;
    this.sizes.delete(uid);
    return super.delete(uid);
  }

  override clear(): void {
    super.clear();
    this.sizes.clear();
    this.bytes = 0;
  }

  /** Is there no room for more? */
  get isFull(): boolean {
    return this.bytes > this.bytesMax;
  }

  /** When a run has waited for long enough, by the monotonic clock; Infinity while it does something. */
  restedAt(held: HeldRun): number {
    if (!held.isResting) return Number.POSITIVE_INFINITY;
    return held.restingSince + (this.isFull ? Math.min(this.restMs, REST_FULL_MS) : this.restMs);
  }

  /** Those that leave memory now: who has waited longest comes first. */
  rested(): HeldRun[] {
    const now = host.monotonic();
    let bytes = this.bytes;
    const resting = [...this.values()].filter((held) => this.restedAt(held) <= now).sort((a, b) => a.restingSince - b.restingSince);
    return resting.filter((held) => {
      if (now < held.restingSince + this.restMs && bytes <= this.bytesMax) return false;
      bytes -= held.bytes;
      return true;
    });
  }
}
