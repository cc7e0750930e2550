/**
 * The calls that a dispatcher looks after, by run and request.
 */
import type { Json } from '../../codec/format.ts';
import type { Timer } from '../../host.ts';
import type { Attempt, Heartbeat } from './attempt.ts';
import type { CallKey, EffectCall } from './call.ts';

/**
 *     running ──result, final error──▶ settled
 *      │ ╲──token──▶ waiting ──completed, expired, told to stop──▶ settled
 *      │    │
 *      │    └──error that is worth another attempt──▶ writing ──▶ pausing ──▶ writing ──▶ running
 *      │ nobody knows
 *      ▼
 *     doubting ──▶ doubtful ──result after all, or a decision──▶ settled or running
 */
export type Phase =
  | 'running'
  /** It was given up, which is being written into the store. */
  | 'doubting'
  /** It was given up and may have happened: a person may ask for another attempt beside it. */
  | 'doubtful'
  /** It has given out a token, and its implementation has ended: it is completed from outside. */
  | 'waiting'
  /** It is being put where it waits for its turn. */
  | 'asking'
  /** What comes next is being written into the store: a failure, a claim. */
  | 'writing'
  /** Its failure is recorded; the next attempt follows when `due` has come. */
  | 'pausing';

export interface PendingCall {
  readonly call: EffectCall;
  phase: Phase;
  /** The last attempt that was made here; null if there was none. */
  attempt: Attempt | null;
  /** How that has failed, while another may follow. */
  failure: Json | null;
  /** What its attempts have told of themselves last. */
  lastHeartbeat: Heartbeat | null;
  /** When the first attempt began, in ms since 1970. */
  began: number;
  /** The attempt whose token is out; null: none is. */
  token: number | null;
  /** When a pause ends, by the database's clock. */
  due: number | null;
  timer: Timer | null;
  /** The store holds something about this call: a claim, a failure, a doubt. */
  hasClaims: boolean;
}

export class PendingCalls {
  private readonly byRun = new Map<string, Map<number, PendingCall>>();

  get({ uid, request }: CallKey): PendingCall | undefined {
    return this.byRun.get(uid)?.get(request);
  }

  set(pending: PendingCall): void {
    const { uid, request } = pending.call;
    let calls = this.byRun.get(uid);
    if (!calls) this.byRun.set(uid, (calls = new Map()));
    calls.set(request, pending);
  }

  delete({ uid, request }: CallKey): void {
    const calls = this.byRun.get(uid);
    calls?.delete(request);
    if (calls?.size === 0) this.byRun.delete(uid);
  }

  /** The calls of one run. */
  of(uid: string): PendingCall[] {
    return [...(this.byRun.get(uid)?.values() ?? [])];
  }

  /** Is something under way here that the store does not know of? Asked at every step. */
  isBusy(uid: string): boolean {
    const calls = this.byRun.get(uid);
    if (calls) for (const { phase } of calls.values()) if (phase !== 'doubtful' && phase !== 'pausing' && phase !== 'waiting') return true;
    return false;
  }

  all(): PendingCall[] {
    return [...this.byRun.values()].flatMap((calls) => [...calls.values()]);
  }

  get isEmpty(): boolean {
    return this.byRun.size === 0;
  }
}
