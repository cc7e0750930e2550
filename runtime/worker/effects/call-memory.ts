/**
 * What this process remembers of calls that the store does not know: which attempt it has begun last and how that has
 * ended, and which calls have been told to stop.
 *
 * A run may leave this worker and come back. An attempt that was claimed in this worker's name is then known here, or
 * it has never begun: its claim was made by a statement that was thought lost.
 */
import type { Json } from '../../codec/format.ts';
import { idempotencyKey, type CallKey } from './call.ts';

/** What this process has done about an attempt that it has begun. */
export interface Begun {
  attempt: number;
  /** Its outcome has been told: to the run, or to the inbox. */
  settled: boolean;
  /** It has failed, which the store does not know. */
  failure: { document: Json; pauseMs: number } | null;
}

export class CallMemory {
  /** Calls of cancelled runs, by their keys. */
  private readonly aborted = new Set<string>();
  /** The last attempt that this process has begun, by the keys of calls; until an outcome is committed here. */
  private readonly begun = new Map<string, Begun>();

  begin(call: CallKey, attempt: number): void {
    this.begun.set(idempotencyKey(call), { attempt, settled: false, failure: null });
  }

  /** What this process has done about an attempt. */
  of(call: CallKey, attempt: number): Begun | undefined {
    const last = this.begun.get(idempotencyKey(call));
    return last?.attempt === attempt ? last : undefined;
  }

  settled(call: CallKey): void {
    const begun = this.begun.get(idempotencyKey(call));
    if (begun) begun.settled = true;
  }

  /** Its attempt has not happened, and is still to be made should the run come back. */
  undone(call: CallKey): void {
    this.begun.delete(idempotencyKey(call));
  }

  abort(call: CallKey): void {
    this.aborted.add(idempotencyKey(call));
  }

  isAborted(call: CallKey): boolean {
    return this.aborted.has(idempotencyKey(call));
  }

  /** How it was told to stop has been answered. */
  answered(call: CallKey): void {
    this.aborted.delete(idempotencyKey(call));
  }

  /** The call is settled, and that is committed. */
  drop(call: CallKey): void {
    this.aborted.delete(idempotencyKey(call));
    this.begun.delete(idempotencyKey(call));
  }
}
