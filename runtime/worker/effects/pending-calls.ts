/**
 * The calls that a dispatcher looks after, by run and request.
 */
import type { Json } from '../../codec/format.ts';
import type { Timer } from '../../host.ts';
import type { Attempt, Heartbeat } from './attempt.ts';
import type { CallKey, EffectCall } from './call.ts';

/**
 *     queued ──room, claimed──▶ running
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
  /** It waits until this worker makes fewer effects. */
  | 'queued'
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

/** What takes room: an attempt is made, or about to be. */
const takesRoom = (phase: Phase): boolean => phase === 'running' || phase === 'writing';

export class PendingCall {
  readonly call: EffectCall;
  /** When the first attempt began, in ms since 1970. */
  readonly began: number;
  /** The last attempt that was made here; null if there was none. */
  attempt: Attempt | null = null;
  /** How that has failed, while another may follow. */
  failure: Json | null = null;
  /** What its attempts have told of themselves last. */
  lastHeartbeat: Heartbeat | null = null;
  /** The attempt whose token is out; null: none is. */
  token: number | null = null;
  /** When a pause ends, by the database's clock. */
  due: number | null = null;
  timer: Timer | null = null;
  /** The store holds something about this call: a claim, a failure, a doubt. */
  hasClaims = false;
  private current: Phase = 'running';
  private readonly calls: PendingCalls;

  constructor(call: EffectCall, began: number, calls: PendingCalls) {
    this.call = call;
    this.began = began;
    this.calls = calls;
  }

  get phase(): Phase {
    return this.current;
  }

  set phase(phase: Phase) {
    const before = this.room;
    this.current = phase;
    if (this.room !== before) this.calls.roomChanged(this, this.room - before);
  }

  get room(): number {
    return takesRoom(this.current) ? 1 : 0;
  }
}

export class PendingCalls {
  private readonly byRun = new Map<string, Map<number, PendingCall>>();
  private readonly holds: (uid: string) => boolean;
  private readonly freed: () => void;
  private size = 0;
  /** How many take room. */
  underWay = 0;

  /** `holds`: does this worker hold the run? `freed` is called when one takes no room any more. */
  constructor(holds: (uid: string) => boolean, freed: () => void) {
    this.holds = holds;
    this.freed = freed;
  }

  get({ uid, request }: CallKey): PendingCall | undefined {
    return this.byRun.get(uid)?.get(request);
  }

  /** In the place of what was known of this call before. */
  add(call: EffectCall, began: number): PendingCall {
    const { uid, request } = call;
    let calls = this.byRun.get(uid);
    if (!calls) this.byRun.set(uid, (calls = new Map()));
    const before = calls.get(request);
    if (before) this.count(-before.room);
    else this.size++;
    const pending = new PendingCall(call, began, this);
    calls.set(request, pending);
    this.count(pending.room);
    return pending;
  }

  delete({ uid, request }: CallKey): void {
    const calls = this.byRun.get(uid);
    const pending = calls?.get(request);
    if (!pending) return;
    calls!.delete(request);
    this.size--;
    // Most runs that are held have their next call soon; `forget` takes along what is empty.
    if (!this.holds(uid)) this.forget(uid);
    this.count(-pending.room);
  }

  /** The run leaves this worker. */
  forget(uid: string): void {
    if (this.byRun.get(uid)?.size === 0) this.byRun.delete(uid);
  }

  /** One takes more or less than before. */
  roomChanged(pending: PendingCall, by: number): void {
    if (this.get(pending.call) === pending) this.count(by);
  }

  private count(by: number): void {
    this.underWay += by;
    if (by < 0) this.freed();
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
    return this.size === 0;
  }
}
