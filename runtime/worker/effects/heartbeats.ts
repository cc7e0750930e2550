/**
 * Writes heartbeats down: the last one of each attempt, all of a worker in one statement, about once a second. What is
 * lost with a worker is the last second of them.
 */
import { writeDocument, type Json } from '../../codec/format.ts';
import { host, type Timer } from '../../host.ts';
import type { StoredClaim, StoredHeartbeat } from '../../store/claims.ts';
import type { Store } from '../../store/store.ts';
import type { Attempt, Heartbeat } from './attempt.ts';
import { idempotencyKey, type CallKey } from './call.ts';

const INTERVAL_MS = 1000;

export class Heartbeats {
  private readonly store: Store;
  private readonly worker: () => string;
  /** Not written yet, by the key of the call. */
  private readonly waiting = new Map<string, StoredHeartbeat>();
  private timer: Timer | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(store: Store, worker: () => string) {
    this.store = store;
    this.worker = worker;
  }

  add({ call, number }: Attempt, heartbeat: Heartbeat | null): void {
    const key = idempotencyKey(call);
    const before = this.waiting.get(key);
    const details = heartbeat ? writeDocument(heartbeat) : before?.attempt === number ? before.details : null;
    this.waiting.set(key, { uid: call.uid, request: call.request, attempt: number, worker: this.worker(), details });
    this.timer ??= host.after(INTERVAL_MS, () => void this.write());
  }

  /** The call is settled. */
  forget(call: CallKey): void {
    this.waiting.delete(idempotencyKey(call));
  }

  /** Writes down what is not written yet, if the store answers. */
  write(): Promise<void> {
    this.timer?.cancel();
    this.timer = null;
    const beats = [...this.waiting.values()];
    this.waiting.clear();
    if (beats.length > 0) this.writing = this.writing.then(() => this.store.claims.recordHeartbeats(beats).catch(() => {}));
    return this.writing;
  }
}

/** The last details that the attempts of a call have left, given its claims in the order of attempts. */
export function lastHeartbeat(claims: readonly StoredClaim[]): Heartbeat | null {
  const text = claims.findLast(({ heartbeat }) => heartbeat !== null)?.heartbeat ?? null;
  return text === null ? null : { details: (JSON.parse(text) as { details: Json }).details };
}
