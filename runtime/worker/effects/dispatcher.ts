/**
 * Decides what becomes of the calls that held runs wait for: which attempts are made, which are told to stop.
 *
 * An attempt that was claimed before this worker took the run has been made by a worker that is gone, or by this one at an
 * earlier time. Of the first nobody knows whether it has happened: an idempotent effect is attempted again, as long as that does
 * not seem to be what ends its workers; another is in doubt. What is under way here is carried out by the performer.
 *
 * An effect whose run is cancelled is told to stop and not attempted again; how it ends is still wanted.
 *
 * An attempt that has given out a token is completed from outside, through the inbox: nothing is done here but to end the token
 * when nobody waits for it any more.
 *
 * A run need not stay in memory for a pause, a doubt or a token: the store knows of them.
 */
import type { Json } from '../../codec/format.ts';
import { PerdureError } from '../../errors.ts';
import type { StoredClaim } from '../../store/claims.ts';
import type { CallKey, EarlierAttempts, EffectCall, EffectOutcome } from './call.ts';
import { CallMemory } from './call-memory.ts';
import { lastHeartbeat } from './heartbeats.ts';
import { againAfterLoss } from './lost-attempts.ts';
import type { PendingCall } from './pending-calls.ts';
import { Performer, type PerformerContext } from './performer.ts';
import { Withdrawals } from './withdrawals.ts';

export interface DispatcherContext extends Omit<PerformerContext, 'reconsider' | 'withdraw'> {
  /** Does this worker hold the run, or is it taking it? */
  isHere(uid: string): boolean;
}

/** What has become of a call that was told to stop between two attempts, or in the middle of one. */
const abortedAfter = (failure: Json | null, begun: boolean): EffectOutcome =>
  failure === null ? { kind: 'aborted', begun } : { kind: 'failure', error: failure };

export class Dispatcher {
  private readonly context: DispatcherContext;
  private readonly memory: CallMemory;
  private readonly performer: Performer;
  private readonly withdrawals: Withdrawals;

  constructor(context: DispatcherContext) {
    this.context = context;
    this.memory = new CallMemory(context);
    const callbacks: Pick<PerformerContext, 'reconsider' | 'withdraw'> = {
      reconsider: (call, claims) => this.reconsider(call, claims),
      withdraw: (call) => this.withdrawals.add(call),
    };
    this.performer = new Performer({ ...context, ...callbacks }, this.memory);
    this.withdrawals = new Withdrawals(context, this.performer.pauses);
  }

  /** Makes the first attempt, whose claim has just been committed. */
  first(call: EffectCall): void {
    this.performer.begin(this.performer.add(call, this.context.clock.now()), 1, false);
  }

  /** Must calls of this effect wait for their turn? Then nobody claims them when they are asked for. */
  waits(effect: string): boolean {
    return this.context.registry.lane(effect) !== null;
  }

  /** For as many of so many first attempts as there is room for: they may be claimed. Returns for how many; to be given back. */
  reserve(count: number): number {
    return this.performer.room.reserve(count);
  }

  giveBack(reserved: number): void {
    this.performer.room.giveBack(reserved);
  }

  /** Lets a call wait that has just been asked for: for its turn, or for room. */
  ask(call: EffectCall): void {
    void this.performer.next(this.performer.add(call, this.context.clock.now()), 1);
  }

  /** Decides what becomes of a call that was claimed before this worker took the run. */
  async resume(call: EffectCall, { first, further, isErrand }: EarlierAttempts): Promise<void> {
    if (this.memory.isAborted(call)) return; // it has just been told to stop
    const last = further.at(-1);
    if (isErrand || last?.granted) return; // who makes it, or finds out about it, tells the inbox
    if (last?.doubt) {
      this.performer.decide(call, last);
      return;
    }
    if (this.performer.calls.get(call)) return; // it is still running here
    if (last?.token) {
      Object.assign(this.performer.add(call, call.since), { phase: 'waiting', token: last.attempt, hasClaims: true } satisfies Partial<PendingCall>);
      return;
    }
    if (first === '' && further.length === 0) {
      // An orderly close has left it unclaimed.
      await this.performer.next(this.performer.add(call, this.context.clock.now()), 1);
      return;
    }
    const began = first === '' ? further[0]!.atMs : call.since;
    const attempt = last?.attempt ?? 1;
    const worker = last?.worker ?? first;
    const resumed = (): PendingCall => Object.assign(this.performer.add(call, began), { lastHeartbeat: lastHeartbeat(further) });
    if (last && last.failure !== null) {
      const pending = resumed();
      pending.hasClaims = true;
      pending.failure = JSON.parse(last.failure) as Json;
      this.performer.pauseUntil(pending, attempt, last.retryMs ?? 0, pending.failure);
      return;
    }
    const here = this.memory.of(call, attempt);
    if (here?.settled) return; // its outcome is on its way to the inbox
    const pending = resumed();
    pending.hasClaims = further.length > 0;
    if (here?.failure) await this.performer.recordFailure(pending, attempt, here.failure.document, here.failure.pauseMs);
    // It was claimed by a statement that was thought lost.
    else if (here === undefined && worker === this.context.worker()) this.performer.begin(pending, attempt, pending.hasClaims);
    else {
      const dueMs = this.performer.definition(call)?.policy.idempotent ? againAfterLoss(further) : null;
      if (dueMs === null) await this.performer.markDoubt(pending, attempt, worker);
      else await this.performer.nextAt(pending, attempt + 1, dueMs);
    }
  }

  /** Makes another attempt, after the one that was in doubt, because somebody said so. */
  async retry(call: EffectCall, doubtful: StoredClaim): Promise<void> {
    const known = this.performer.calls.get(call);
    if (known && known.phase !== 'doubtful' && known.phase !== 'doubting') return;
    const attempt = doubtful.attempt + 1;
    if (doubtful.granted) {
      const { uid, request } = call;
      const became = await this.context.store.errands.repeat({ uid, request, attempt: doubtful.attempt }, this.context.worker());
      if (became === 'waiting') this.context.asked();
      if (became !== 'none') return;
    }
    if (this.waits(call.effect)) {
      // Not now: the decision about the doubt counts as seen only after this.
      void this.performer.next(this.performer.add(call, this.context.clock.now()), attempt);
      return;
    }
    // It is there before the claim is: should the run leave and come back meanwhile, who finds the claim in the store begins it.
    const pending = this.performer.add(call, this.context.clock.now());
    pending.lastHeartbeat = known?.lastHeartbeat ?? lastHeartbeat([doubtful]);
    await this.performer.claimAndBegin(pending, attempt);
  }

  /** Decides again what becomes of a call, by the claims that the store has. */
  async reconsider(call: EffectCall, claims: StoredClaim[]): Promise<void> {
    const further = claims.filter(({ request }) => request === call.request);
    if (further.length > 0) await this.resume(call, { first: '', further, isErrand: false });
  }

  /** Must this run stay in memory, because an attempt is under way here, or one is being taken back? */
  isBusy(uid: string): boolean {
    return this.performer.calls.isBusy(uid) || this.performer.doubts.isBusy(uid) || this.withdrawals.isBusy(uid);
  }

  /** When a call of this run next needs a worker, by the database's clock; null if only news will tell. */
  nextDue(uid: string): number | null {
    const due = [...this.performer.calls.of(uid).map((pending) => pending.due), this.performer.doubts.nextDue(uid)].filter((ms) => ms !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /**
   * The run is not held here any more. What is under way goes on, but for transactions: should the run come back, another worker
   * may have made them meanwhile. What only waits is for whoever holds it.
   */
  forget(uid: string): void {
    for (const pending of this.performer.calls.of(uid)) {
      const isUnderWay = pending.attempt?.hasEnded === false;
      if (isUnderWay && this.performer.definition(pending.call)?.isTransaction) this.performer.rollBack(pending);
      else if (pending.phase === 'doubting' && isUnderWay) pending.phase = 'doubtful';
      else if (pending.phase !== 'running' && pending.phase !== 'doubtful') this.performer.end(pending);
    }
    this.performer.doubts.forget(uid);
    this.memory.forget(uid, new Set(this.performer.calls.of(uid).map(({ call }) => call.request)));
    this.performer.calls.forget(uid);
  }

  /** The outcome of a call is in the inbox of its run. */
  stored(call: CallKey): void {
    this.memory.stored(call);
  }

  /** Nobody waits for these any more: their signals are aborted, their outcomes dropped. */
  drop(uid: string, requests: Iterable<number>): void {
    for (const request of requests) {
      this.memory.drop({ uid, request });
      this.performer.doubts.drop({ uid, request });
      const pending = this.performer.calls.get({ uid, request });
      if (!pending) continue;
      this.performer.end(pending);
      pending.attempt?.abort(new PerdureError('effect_dropped', 'Nobody waits for this effect any more'));
    }
  }

  /** The run has been ended from outside. */
  dropAll(uid: string): void {
    this.drop(uid, this.performer.calls.of(uid).map(({ call }) => call.request));
    this.memory.dropAll(uid);
  }

  /** These are told to stop, because their run is cancelled. */
  abort(uid: string, requests: Iterable<number>): void {
    for (const request of requests) {
      this.memory.abort({ uid, request });
      const pending = this.performer.calls.get({ uid, request });
      if (!pending) this.withdrawals.add({ uid, request });
      // One that is being put is taken back as soon as it is known to be there: that statement cannot be.
      else if (pending.phase === 'asking') continue;
      else if (pending.phase === 'running') {
        pending.attempt!.abort(new PerdureError('effect_cancelled', `The run '${pending.call.run}' is cancelled`));
      } else if (pending.phase === 'waiting') void this.performer.endWaiting(pending);
      else this.performer.settle(pending, abortedAfter(pending.failure, pending.phase !== 'queued' || this.performer.room.followsOthers(pending)));
    }
  }

  /** A call that was told to stop before this worker took the run. */
  resumeAborted(call: EffectCall, { first, further, isErrand }: EarlierAttempts): void {
    this.memory.abort(call);
    const last = further.at(-1) ?? { attempt: 1, worker: first, failure: null, token: null };
    const here = this.memory.of(call, last.attempt);
    if (this.performer.calls.get(call) || here?.settled) return; // it is still to tell how it has ended
    if (last.token) {
      const waiting: Partial<PendingCall> = { token: last.attempt, hasClaims: true };
      void this.performer.endWaiting(Object.assign(this.performer.add(call, call.since), waiting));
      return;
    }
    if (isErrand || further.at(-1)?.granted || (further.length === 0 && first === '')) {
      this.withdrawals.add(call);
      return;
    }
    const failure = last.failure === null ? (here?.failure?.document ?? null) : (JSON.parse(last.failure) as Json);
    const mayHaveBegun = here !== undefined || (last.worker !== '' && last.worker !== this.context.worker());
    this.context.settled(call, abortedAfter(failure, mayHaveBegun), further.length > 0);
  }

  get isIdle(): boolean {
    return this.performer.isIdle;
  }

  /** Makes no further attempts; resolves when nothing is under way, or after `deadlineMs`. */
  drain(deadlineMs: number): Promise<void> {
    return this.performer.drain(deadlineMs);
  }

  /** Lets go of everything: what is still under way stays claimed, and so in doubt. */
  async stop(): Promise<void> {
    await this.performer.stop();
  }
}
