/**
 * Carries out calls: attempt after attempt, until a call is settled, or in doubt, or somebody else's affair.
 *
 * An attempt ends in one of three ways. It settles: its value or error becomes an arrival. It fails and the policy
 * allows another: the failure is recorded, then, after the pause, the next attempt claimed and made. Or nobody
 * knows whether it has happened: one that took too long. If the effect is idempotent it is made again, with the same
 * key; otherwise it is in doubt, until somebody decides.
 */
import { writeDocument, type Json } from '../../codec/format.ts';
import { PerdureError } from '../../errors.ts';
import { host } from '../../host.ts';
import type { Claiming, StoredClaim } from '../../store/claims.ts';
import type { DatabaseClock } from '../clock.ts';
import { Pauses } from '../pauses.ts';
import type { EffectDefinition, Registry } from '../registry.ts';
import { Attempt, mishandled, performing, thrownDocument, type AttemptTerms, type Ending, type Heartbeat, type Maker } from './attempt.ts';
import type { CallKey, EffectCall, EffectOutcome } from './call.ts';
import type { CallMemory } from './call-memory.ts';
import type { Token } from './context.ts';
import { Doubts } from './doubts.ts';
import { ErrandSender, type ErrandSenderContext } from './errand-sender.ts';
import { errorNames } from './error-names.ts';
import { Heartbeats } from './heartbeats.ts';
import { Idleness } from './idleness.ts';
import type { Lane } from './limits.ts';
import { endToken, issueToken, type LaterOptions } from './later.ts';
import { PendingCalls, type PendingCall, type Phase } from './pending-calls.ts';
import { Room } from './room.ts';
import { timeLimit } from './policy.ts';
import { performInTransaction, storingHeld } from './transaction.ts';

/** What it needs of its worker. */
export interface PerformerContext extends ErrandSenderContext {
  readonly registry: Registry;
  readonly clock: DatabaseClock;
  /** How many effects are made at a time. */
  readonly effectsMax: number;
  /** Is this worker about to let go of the run? Then what comes next may be somebody else's. */
  isReleasing(uid: string): boolean;
  holds(uid: string): boolean;
  /** The store holds a claim of this call beyond the one in the log. */
  claimed(call: CallKey): void;
  /** Told of an outcome, and whether the store holds claims of the call beyond the one in the log. */
  settled(call: CallKey, outcome: EffectOutcome, hasClaims: boolean): void;
  /** Something has been sent to this run from here. */
  sent(uid: string): void;
  /** Another worker has taken the run, and an attempt made here has not happened, or is not begun. */
  overtaken(uid: string): void;
  /** Something waits from now on that this worker may be granted. */
  asked(): void;
  /** The store has a claim that this process did not know of: what becomes of the call? */
  reconsider(call: EffectCall, claims: StoredClaim[]): Promise<void>;
  /** The store has been asked to let a call wait that was told to stop meanwhile. */
  withdraw(call: CallKey): void;
}

/** How long to wait for the answer to a release. */
const RELEASING_MS = 10;
/** How long to wait until what has arrived is seen. */
const UNSEEN_MS = 5;

/** What is left to the next worker when this one closes. */
const LEFT = new Set<Phase>(['queued', 'pausing', 'waiting', 'asking']);

/** The failure of the last attempt has been taken in. */
const ANSWERED = new Set<Phase>(['writing', 'pausing', 'queued', 'asking']);

const closing = (): PerdureError => new PerdureError('closing', 'The engine is closing');

export class Performer {
  readonly calls: PendingCalls;
  readonly room: Room;
  readonly doubts: Doubts;
  private readonly context: PerformerContext;
  private readonly memory: CallMemory;
  readonly pauses = new Pauses();
  private readonly heartbeats: Heartbeats;
  private readonly idleness = new Idleness();
  private readonly errands: ErrandSender;
  private closing = false;
  private readonly maker: Maker = {
    beat: (attempt, heartbeat) => this.beat(attempt, heartbeat),
    later: (attempt, options) => this.later(attempt, options),
    ended: (attempt, ending) => this.handle(attempt, () => this.attemptEnded(attempt, ending)),
  };

  constructor(context: PerformerContext, memory: CallMemory) {
    this.context = context;
    this.memory = memory;
    this.calls = new PendingCalls(context.holds, () => this.room.freed());
    this.room = new Room(this.calls, context.effectsMax, (pending, attempt) => void this.claimAndBegin(pending, attempt));
    this.doubts = new Doubts(context);
    this.heartbeats = new Heartbeats(context.store, () => context.worker());
    this.errands = new ErrandSender(context);
  }

  get isIdle(): boolean {
    return this.calls.isEmpty;
  }

  /**
   * Makes no further attempts; resolves when nothing is under way, or after `deadlineMs`. An attempt that failed
   * and awaits its next one is left to the next worker: the store knows the failure.
   */
  drain(deadlineMs: number): Promise<void> {
    this.closing = true;
    this.doubts.stop();
    for (const pending of this.calls.all()) if (LEFT.has(pending.phase)) this.end(pending);
    if (this.isIdle) return Promise.resolve();
    return this.idleness.wait(deadlineMs, () => {
      for (const { attempt } of this.calls.all()) attempt?.abort(closing());
    });
  }

  /** Lets go of everything: what is still under way stays claimed, and so in doubt. */
  async stop(): Promise<void> {
    this.pauses.endAll();
    await this.heartbeats.write();
    for (const pending of this.calls.all()) {
      this.end(pending);
      pending.attempt?.abort(closing());
    }
  }

  // ——— Attempts ———

  add(call: EffectCall, began: number): PendingCall {
    this.calls.get(call)?.timer?.cancel();
    return this.calls.add(call, began);
  }

  definition(call: EffectCall): EffectDefinition | undefined {
    return this.context.registry.effect(call.effect);
  }

  /** Makes an attempt, or lets it wait for its turn, or for room. */
  async next(pending: PendingCall, attempt: number): Promise<void> {
    const lane = this.context.registry.lane(pending.call.effect);
    if (lane) void this.ask(pending, attempt, lane); // that may have to wait until what has arrived is seen
    else if (this.room.isThereFor(pending)) await this.claimAndBegin(pending, attempt);
    else this.room.queue(pending, attempt);
  }

  /** From then on it waits in the store, and what comes of it comes through the inbox. */
  private async ask(pending: PendingCall, attempt: number, lane: Lane): Promise<void> {
    const { call } = pending;
    const isWanted = (): boolean => this.isCurrent(pending) && this.context.holds(call.uid) && !this.closing && !this.memory.isAborted(call);
    pending.phase = 'asking';
    let put: () => Promise<boolean>;
    try {
      put = this.errands.prepare(call, attempt, lane);
    } catch (error) {
      this.fail(pending, error);
      return;
    }
    for (let pauseMs = UNSEEN_MS; isWanted(); pauseMs = Math.min(pauseMs * 2, 1000)) {
      const isPut = await this.pauses.keepTrying(async () => !isWanted() || put());
      if (isPut || !isWanted()) break;
      // Something has arrived for the run: that first.
      this.context.sent(call.uid);
      await this.pauses.pause(pauseMs);
    }
    if (!this.isCurrent(pending)) return;
    this.end(pending);
    if (this.memory.isAborted(call)) this.context.withdraw(call);
    else this.context.asked();
  }

  async claimAndBegin(pending: PendingCall, attempt: number): Promise<void> {
    const { call } = pending;
    pending.phase = 'writing';
    const claimed = await this.pauses.keepTrying(() => this.claim(call, attempt));
    if (!this.isCurrent(pending)) return;
    if (claimed === 'claimed') {
      this.begin(pending, attempt);
      return;
    }
    // A worker before this one has made the claim, or a statement that was thought lost.
    const claims = claimed === 'taken' ? await this.pauses.keepTrying(() => this.context.store.claims.of(call.uid)) : undefined;
    if (!this.isCurrent(pending)) return;
    if (claimed === 'lost') this.disown(pending);
    else this.end(pending);
    if (claims && !this.closing && !this.memory.isAborted(call)) await this.context.reconsider(call, claims);
  }

  /** Without the run, whoever holds it decides what comes next. */
  private claim(call: EffectCall, attempt: number): Promise<Claiming> {
    if (this.closing || this.memory.isAborted(call)) return Promise.resolve('lost');
    return this.context.store.claims.claimAttempt(call.uid, call.request, attempt, this.context.worker());
  }

  begin(pending: PendingCall, number: number, hasClaims = true): void {
    const { call } = pending;
    pending.attempt?.dismiss();
    const definition = this.definition(call);
    const terms: AttemptTerms = {
      timeout: definition ? timeLimit(call.effect, definition.policy, pending.began, this.context.clock.now()) : null,
      heartbeatMs: definition?.policy.heartbeatMs ?? null,
      undone: definition?.isTransaction ?? false,
      lastHeartbeat: pending.lastHeartbeat,
    };
    const attempt = new Attempt(call, number, terms, this.maker);
    this.memory.begin(call, number);
    pending.attempt = attempt;
    pending.phase = 'running';
    pending.failure = null;
    pending.due = null;
    pending.hasClaims ||= hasClaims;
    const { store } = this.context;
    if (definition?.isTransaction) attempt.start(performInTransaction(store, this.pauses, definition.run, storingHeld(call, this.context.worker())));
    else if (definition) attempt.start(performing(definition.run));
    else this.fail(pending, new PerdureError('effects_missing', `This app does not implement ${call.effect}`));
  }

  /** Of a transaction: without its run, it is not to be committed. Whoever holds that makes it. */
  rollBack(pending: PendingCall): void {
    this.memory.undone(pending.call);
    this.end(pending);
    pending.attempt!.abort(new PerdureError('run_left', `The run of ${pending.call.effect} has left this worker`));
  }

  /** The call that an attempt was made for, if it is the last one made, and is still wanted. */
  private pendingOf(attempt: Attempt): PendingCall | undefined {
    const pending = this.calls.get(attempt.call);
    return pending?.attempt === attempt ? pending : undefined;
  }

  private beat(attempt: Attempt, heartbeat: Heartbeat | null): void {
    const pending = this.pendingOf(attempt);
    if (!pending) return;
    pending.lastHeartbeat = heartbeat ?? pending.lastHeartbeat;
    pending.hasClaims = true;
    this.heartbeats.add(attempt, heartbeat);
  }

  /** An attempt whose end we cannot handle has failed; if even that cannot be said, its run leaves memory, and the store knows what there is to do. */
  private handle(attempt: Attempt, body: () => void): void {
    try {
      body();
    } catch (error) {
      const failure = mishandled(attempt.call, error);
      try {
        const pending = this.pendingOf(attempt);
        if (pending) this.fail(pending, failure);
        else this.context.overtaken(attempt.call.uid); // it was told of in part
      } catch {
        this.context.overtaken(attempt.call.uid);
      }
    }
  }

  private attemptEnded(attempt: Attempt, ending: Ending): void {
    const pending = this.pendingOf(attempt);
    if (!pending) return;
    // A failure of this very attempt is answered already: it took too long. The next one may be about to begin.
    const isAnswered = ANSWERED.has(pending.phase);
    switch (ending.kind) {
      case 'returned':
        this.settle(pending, { kind: 'result', value: ending.value });
        return;
      case 'stored':
        this.end(pending);
        this.outcomeIsTold(pending.call);
        this.memory.stored(pending.call);
        this.context.sent(pending.call.uid);
        return;
      case 'overtaken':
        // Should this worker get the run again, the attempt is still to be made; should it have the run again, under another name, now.
        this.memory.undone(pending.call);
        this.end(pending);
        this.context.overtaken(pending.call.uid);
        return;
      case 'refused':
        this.fail(pending, ending.error);
        return;
      case 'later':
        this.wait(pending, attempt);
        return;
      case 'threw':
        if (isAnswered) return;
        if (attempt.isLater) void this.takeBack(pending, attempt.number, ending.error);
        else this.answer(pending, attempt.number, ending.error);
        return;
      case 'stopped':
        if (this.memory.isAborted(pending.call)) this.settle(pending, { kind: 'aborted', begun: !this.definition(pending.call)?.isTransaction });
        else if (!isAnswered && pending.phase !== 'doubting') this.end(pending);
        return;
      case 'lost':
        this.lost(pending, attempt.number, ending.error);
    }
  }

  // ——— Tokens ———

  private async later(attempt: Attempt, options: LaterOptions): Promise<Token> {
    const { call } = attempt;
    if (this.definition(call)?.isTransaction) {
      throw new PerdureError('later', `${call.effect} is a transaction: what it returns is stored with what it does, so it cannot be completed later.`);
    }
    const token = await issueToken(this.context.store, this.context.worker(), attempt, options);
    const pending = this.pendingOf(attempt);
    if (pending) pending.hasClaims = true;
    this.context.claimed(call);
    return token;
  }

  /** From now on it is completed from outside. */
  private wait(pending: PendingCall, attempt: Attempt): void {
    if (pending.phase === 'waiting') return;
    pending.phase = 'waiting';
    pending.token = attempt.number;
    this.heartbeats.forget(pending.call);
    this.memory.stored(pending.call);
    if (this.memory.isAborted(pending.call)) void this.endWaiting(pending);
    else if (this.closing || !this.context.holds(pending.call.uid)) this.end(pending);
  }

  /** It was told to stop: if nobody has completed it so far, nobody can any more. */
  async endWaiting(pending: PendingCall): Promise<void> {
    if (await this.tokenEnded(pending, pending.token!, 'it was cancelled')) this.settle(pending, { kind: 'aborted', begun: true });
  }

  /** It has given out a token and then failed: if nobody has used the token so far, the failure counts. */
  private async takeBack(pending: PendingCall, attempt: number, error: unknown): Promise<void> {
    if (await this.tokenEnded(pending, attempt, 'its effect has failed')) this.handle(pending.attempt!, () => this.answer(pending, attempt, error));
  }

  /** Ends a token. Returns false if the call is not for this worker to settle: it was completed, and the inbox has how. */
  private async tokenEnded(pending: PendingCall, attempt: number, why: string): Promise<boolean> {
    const { call } = pending;
    pending.phase = 'writing';
    const ended = await this.pauses.keepTrying(() => endToken(this.context.store, this.context.worker(), call, attempt, why));
    if (!this.isCurrent(pending)) return false;
    if (ended === 'ended') return true;
    if (ended === 'lost') this.disown(pending);
    else this.end(pending);
    if (ended === 'decided') this.context.sent(call.uid);
    return false;
  }

  // ——— Failures and doubts ———

  /** Answers an error as the policy says. */
  private answer(pending: PendingCall, attempt: number, error: unknown): void {
    const { call, began } = pending;
    if (this.memory.isAborted(call)) {
      this.fail(pending, error);
      return;
    }
    const elapsedMs = this.context.clock.now() - began;
    const pauseMs = this.definition(call)?.policy.retry.pauseAfter({ attempt, elapsedMs, error, names: errorNames(error) }) ?? null;
    if (pauseMs === null) this.fail(pending, error);
    else void this.recordFailure(pending, attempt, thrownDocument(error), pauseMs);
  }

  async recordFailure(pending: PendingCall, attempt: number, failure: Json, pauseMs: number): Promise<void> {
    const { call } = pending;
    const text = writeDocument(failure);
    pending.phase = 'writing';
    pending.failure = failure;
    pending.hasClaims = true;
    await this.heartbeats.write(); // for the next attempt, whoever makes it
    const retryMs = await this.pauses.keepTrying(() =>
      this.context.store.claims.recordFailure(call.uid, call.request, attempt, this.context.worker(), text, pauseMs),
    );
    const begun = this.memory.of(call, attempt);
    if (begun && typeof retryMs === 'number') this.memory.stored(call);
    else if (begun) begun.failure = { document: failure, pauseMs };
    if (retryMs === undefined || !this.isCurrent(pending)) return;
    if (retryMs === null) this.disown(pending);
    else this.pauseUntil(pending, attempt, retryMs, failure);
  }

  /** Waits for the moment that the store knows, then makes the attempt after `attempt`. */
  pauseUntil(pending: PendingCall, attempt: number, due: number, failure: Json): void {
    const { retry } = this.definition(pending.call)?.policy ?? {};
    if (retry && attempt >= retry.attemptsMax) {
      this.settle(pending, { kind: 'failure', error: failure });
      return;
    }
    if (this.closing) {
      this.end(pending);
      return;
    }
    void this.nextAt(pending, attempt + 1, due);
  }

  /** Makes an attempt, as `next` does, but not before a moment, by the database's clock. */
  async nextAt(pending: PendingCall, attempt: number, due: number): Promise<void> {
    pending.phase = 'pausing';
    pending.due = due;
    pending.timer?.cancel();
    const leftMs = due - this.context.clock.earliest();
    // At once: a run that does not go on where it could is let go again, and taken again, and so on.
    if (leftMs <= 0) await this.pauseIsOver(pending, attempt);
    else pending.timer = host.after(leftMs, () => void this.pauseIsOver(pending, attempt));
  }

  private async pauseIsOver(pending: PendingCall, attempt: number): Promise<void> {
    if (this.context.isReleasing(pending.call.uid)) pending.timer = host.after(RELEASING_MS, () => void this.pauseIsOver(pending, attempt));
    else await this.next(pending, attempt);
  }

  /** Nobody knows whether it has happened. Should it still settle, that settles the doubt. */
  private lost(pending: PendingCall, attempt: number, error: PerdureError): void {
    const { call } = pending;
    if (this.memory.isAborted(call)) {
      this.settle(pending, { kind: 'aborted', begun: true });
      return;
    }
    if (this.definition(call)?.policy.idempotent) {
      this.answer(pending, attempt, error);
      return;
    }
    void this.markDoubt(pending, attempt, this.context.worker());
  }

  /** `maker`: the worker that made the attempt. */
  async markDoubt(pending: PendingCall, attempt: number, maker: string): Promise<void> {
    const isWanted = (): boolean => this.isCurrent(pending) && pending.phase === 'doubting';
    pending.phase = 'doubting';
    pending.hasClaims = true;
    const marked = await this.pauses.keepTrying(async () => isWanted() && (await this.doubt(pending.call, attempt, maker)));
    if (!isWanted()) return;
    if (marked === false) this.disown(pending);
    else if (marked && pending.attempt?.hasEnded === false) pending.phase = 'doubtful';
    else this.end(pending);
  }

  /** An attempt that `maker` has made is in doubt. Returns false if this worker does not hold the run. */
  private async doubt(call: EffectCall, attempt: number, maker: string): Promise<boolean> {
    const { uid, request } = call;
    const { claims } = this.context.store;
    await this.heartbeats.write(); // they are evidence
    if (!(await claims.markDoubt(uid, request, attempt, maker, this.context.worker()))) return false;
    if (this.memory.of(call, attempt)) this.memory.stored(call);
    if (!this.definition(call)?.policy.onInDoubt) return true;
    const claim = (await claims.of(uid)).find((c) => c.request === request && c.attempt === attempt);
    if (claim?.doubt) this.decide(call, claim);
    return true;
  }

  /** It waits for a decision: by the app's code, if there is some for it, or by a person. */
  decide(call: EffectCall, claim: StoredClaim): void {
    const resolver = this.definition(call)?.policy.onInDoubt;
    if (resolver && !this.closing) this.doubts.ask(call, claim, resolver);
  }

  private fail(pending: PendingCall, error: unknown): void {
    this.settle(pending, { kind: 'failure', error: thrownDocument(error) });
  }

  settle(pending: PendingCall, outcome: EffectOutcome): void {
    this.end(pending);
    this.memory.answered(pending.call);
    this.outcomeIsTold(pending.call);
    this.context.settled(pending.call, outcome, pending.hasClaims);
  }

  private outcomeIsTold(call: EffectCall): void {
    this.heartbeats.forget(call);
    this.memory.settled(call);
  }

  // ——— Bookkeeping ———

  private isCurrent(pending: PendingCall): boolean {
    return this.calls.get(pending.call) === pending;
  }

  /**
   * The store did not believe that the run was held here. If it is held again by now, whoever took it thought that this call was looked
   * after: it is to be taken anew.
   */
  private disown(pending: PendingCall): void {
    this.end(pending);
    if (!this.closing) this.context.overtaken(pending.call.uid);
  }

  end(pending: PendingCall): void {
    pending.timer?.cancel();
    pending.attempt?.dismiss();
    if (!this.isCurrent(pending)) return;
    this.calls.delete(pending.call);
    if (this.isIdle) this.idleness.reached();
  }
}
