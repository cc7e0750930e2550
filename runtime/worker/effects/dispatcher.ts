/**
 * Decides what becomes of the calls that held runs wait for: which attempts are made, and when.
 *
 * An attempt ends in one of three ways. It settles: its value or error becomes an arrival. It fails and the policy
 * allows another: the failure is recorded, then, after the pause, the next attempt claimed and made. Or nobody
 * knows whether it has happened: an attempt of a worker that is gone, one that timed out. If the effect is
 * idempotent it is made again, with the same key; otherwise it is in doubt, until somebody decides.
 *
 * An effect whose run is cancelled is told to stop and not attempted again; how it ends is still wanted.
 *
 * An attempt that has given out a token is completed from outside, through the inbox: nothing is done here but to end the token
 * when nobody waits for it any more.
 *
 * A run need not stay in memory for a pause, a doubt or a token: the store knows of them.
 */
import { errorDocument } from '../../codec/outcome.ts';
import { writeDocument, type Json } from '../../codec/format.ts';
import { PerdureError } from '../../errors.ts';
import { host } from '../../host.ts';
import { hostProgram } from '../../publish.ts';
import type { Claiming, StoredClaim } from '../../store/claims.ts';
import type { Store } from '../../store/store.ts';
import type { DatabaseClock } from '../clock.ts';
import { Pauses } from '../pauses.ts';
import type { EffectDefinition, Registry } from '../registry.ts';
import { Attempt, performing, type AttemptOptions, type Ending } from './attempt.ts';
import { idempotencyKey, type CallKey, type EarlierAttempts, type EffectCall, type EffectOutcome } from './call.ts';
import { Doubts } from './doubts.ts';
import { errorNames } from './error-names.ts';
import { Heartbeats, lastHeartbeat } from './heartbeats.ts';
import { endToken, issueToken, type LaterOptions } from './later.ts';
import { PendingCalls, type PendingCall } from './pending-calls.ts';
import { performInTransaction } from './transaction.ts';

/** What a dispatcher needs of its worker. */
export interface DispatcherContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: DatabaseClock;
  worker(): string;
  /** Is this worker about to let go of the run? Then what comes next may be somebody else's. */
  isReleasing(uid: string): boolean;
  holds(uid: string): boolean;
  /** The store holds a claim of this call beyond the one in the log. */
  claimed(call: CallKey): void;
  /** Told of an outcome, and whether the store holds claims of the call beyond the one in the log. */
  settled(call: CallKey, outcome: EffectOutcome, hasClaims: boolean): void;
  /** Something has been sent to this run from here. */
  sent(uid: string): void;
}

/** What has become of a call that was told to stop between two attempts, or in the middle of one. */
const abortedAfter = (failure: Json | null, begun: boolean): EffectOutcome =>
  failure === null ? { kind: 'aborted', begun } : { kind: 'failure', error: failure };

/** What this process has done about an attempt that it has begun. */
interface Begun {
  attempt: number;
  /** Its outcome has been told: to the run, or to the inbox. */
  settled: boolean;
  /** It has failed, which the store does not know. */
  failure: { document: Json; pauseMs: number } | null;
}

/** How long to wait for the answer to a release. */
const RELEASING_MS = 10;

const closing = (): PerdureError => new PerdureError('closing', 'The engine is closing');

export class Dispatcher {
  private readonly context: DispatcherContext;
  private readonly calls = new PendingCalls();
  /** Calls of cancelled runs, by their keys. */
  private readonly aborted = new Set<string>();
  /** The last attempt that this process has begun, by the keys of calls; until an outcome is committed here. */
  private readonly begun = new Map<string, Begun>();
  private readonly pauses = new Pauses();
  private readonly doubts: Doubts;
  private readonly heartbeats: Heartbeats;
  private idle: (() => void)[] = [];
  private closing = false;
  private stopped = false;

  constructor(context: DispatcherContext) {
    this.context = context;
    this.doubts = new Doubts(context);
    this.heartbeats = new Heartbeats(context.store, () => context.worker());
  }

  /** Makes the first attempt, whose claim has just been committed. */
  first(call: EffectCall): void {
    this.begin(this.add(call, this.context.clock.now()), 1, false);
  }

  /** Decides what becomes of a call that was claimed before this worker took the run. */
  async resume(call: EffectCall, { first, further }: EarlierAttempts): Promise<void> {
    if (this.isAborted(call)) return; // it has just been told to stop
    const last = further.at(-1);
    if (last?.doubt) {
      this.decide(call, last);
      return;
    }
    if (this.calls.get(call)) return; // it is still running here
    if (last?.token) {
      Object.assign(this.add(call, call.since), { phase: 'waiting', token: last.attempt, hasClaims: true } satisfies Partial<PendingCall>);
      return;
    }
    if (first === '' && further.length === 0) {
      // An orderly close has left it unclaimed.
      await this.claimAndBegin(this.add(call, this.context.clock.now()), 1);
      return;
    }
    const began = first === '' ? further[0]!.atMs : call.since;
    const attempt = last?.attempt ?? 1;
    const worker = last?.worker ?? first;
    const resumed = (): PendingCall => Object.assign(this.add(call, began), { lastHeartbeat: lastHeartbeat(further) });
    if (last && last.failure !== null) {
      const pending = resumed();
      pending.hasClaims = true;
      pending.failure = JSON.parse(last.failure) as Json;
      this.pauseUntil(pending, attempt, last.retryMs ?? 0, pending.failure);
      return;
    }
    const here = this.here(call, attempt);
    if (here?.settled) return; // its outcome is on its way to the inbox
    const pending = resumed();
    pending.hasClaims = further.length > 0;
    if (here?.failure) await this.recordFailure(pending, attempt, here.failure.document, here.failure.pauseMs);
    // It was claimed by a statement that was thought lost.
    else if (here === undefined && worker === this.context.worker()) this.begin(pending, attempt, pending.hasClaims);
    else if (this.definition(call)?.policy.idempotent) await this.claimAndBegin(pending, attempt + 1);
    else await this.markDoubt(pending, attempt, worker);
  }

  /** Makes another attempt, after the one that was in doubt, because somebody said so. */
  async retry(call: EffectCall, doubtful: StoredClaim): Promise<void> {
    const known = this.calls.get(call);
    if (known && known.phase !== 'doubtful' && known.phase !== 'doubting') return;
    const attempt = doubtful.attempt + 1;
    if ((await this.claim(call, attempt)) !== 'claimed' || this.isAborted(call)) return;
    const pending = this.add(call, this.context.clock.now());
    pending.lastHeartbeat = known?.lastHeartbeat ?? lastHeartbeat([doubtful]);
    this.begin(pending, attempt);
  }

  /** Decides again what becomes of a call, by the claims that the store has. */
  async reconsider(call: EffectCall, claims: StoredClaim[]): Promise<void> {
    const further = claims.filter(({ request }) => request === call.request);
    if (further.length > 0) await this.resume(call, { first: '', further });
  }

  /** Must this run stay in memory, because an attempt is under way here? */
  isBusy(uid: string): boolean {
    return this.calls.isBusy(uid) || this.doubts.isBusy(uid);
  }

  /** When a call of this run next needs a worker, by the database's clock; null if only news will tell. */
  nextDue(uid: string): number | null {
    const due = [...this.calls.of(uid).map((pending) => pending.due), this.doubts.nextDue(uid)].filter((ms) => ms !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** The run is not held here any more. What is under way goes on; what only waits is for whoever holds it. */
  forget(uid: string): void {
    for (const pending of this.calls.of(uid)) {
      const isUnderWay = pending.attempt?.hasEnded === false;
      if (pending.phase === 'doubting' && isUnderWay) pending.phase = 'doubtful';
      else if (pending.phase !== 'running' && pending.phase !== 'doubtful') this.end(pending);
    }
    this.doubts.forget(uid);
  }

  /** Nobody waits for these any more: their signals are aborted, their outcomes dropped. */
  drop(uid: string, requests: Iterable<number>): void {
    for (const request of requests) {
      this.aborted.delete(idempotencyKey({ uid, request }));
      this.begun.delete(idempotencyKey({ uid, request }));
      this.doubts.drop({ uid, request });
      const pending = this.calls.get({ uid, request });
      if (!pending) continue;
      this.end(pending);
      pending.attempt?.abort(new PerdureError('effect_dropped', 'Nobody waits for this effect any more'));
    }
  }

  /** The run has been ended from outside. */
  dropAll(uid: string): void {
    this.drop(uid, this.calls.of(uid).map(({ call }) => call.request));
  }

  /** These are told to stop, because their run is cancelled. */
  abort(uid: string, requests: Iterable<number>): void {
    for (const request of requests) {
      this.aborted.add(idempotencyKey({ uid, request }));
      const pending = this.calls.get({ uid, request });
      if (!pending) this.context.settled({ uid, request }, { kind: 'aborted', begun: true }, true); // it is in doubt
      else if (pending.phase === 'running') {
        pending.attempt!.abort(new PerdureError('effect_cancelled', `The run '${pending.call.run}' is cancelled`));
      } else if (pending.phase === 'waiting') void this.endWaiting(pending);
      else this.settle(pending, abortedAfter(pending.failure, true));
    }
  }

  /** A call that was told to stop before this worker took the run. */
  resumeAborted(call: EffectCall, { first, further }: EarlierAttempts): void {
    this.aborted.add(idempotencyKey(call));
    const last = further.at(-1) ?? { attempt: 1, worker: first, failure: null, token: null };
    const here = this.here(call, last.attempt);
    if (this.calls.get(call) || here?.settled) return; // it is still to tell how it has ended
    if (last.token) {
      void this.endWaiting(Object.assign(this.add(call, call.since), { token: last.attempt, hasClaims: true } satisfies Partial<PendingCall>));
      return;
    }
    const failure = last.failure === null ? (here?.failure?.document ?? null) : (JSON.parse(last.failure) as Json);
    const mayHaveBegun = here !== undefined || (last.worker !== '' && last.worker !== this.context.worker());
    this.context.settled(call, abortedAfter(failure, mayHaveBegun), further.length > 0);
  }

  private isAborted(call: CallKey): boolean {
    return this.aborted.has(idempotencyKey(call));
  }

  /** What this process has done about an attempt. */
  private here(call: CallKey, attempt: number): Begun | undefined {
    const last = this.begun.get(idempotencyKey(call));
    return last?.attempt === attempt ? last : undefined;
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
    for (const pending of this.calls.all()) if (pending.phase === 'pausing' || pending.phase === 'waiting') this.end(pending);
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = host.after(deadlineMs, () => {
        for (const { attempt } of this.calls.all()) attempt?.abort(closing());
        resolve();
      });
      this.idle.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Lets go of everything: what is still under way stays claimed, and so in doubt. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.pauses.endAll();
    await this.heartbeats.write();
    for (const pending of this.calls.all()) {
      this.end(pending);
      pending.attempt?.abort(closing());
    }
  }

  // ——— Attempts ———

  private add(call: EffectCall, began: number): PendingCall {
    this.calls.get(call)?.timer?.cancel();
    const pending: PendingCall = { call, phase: 'running', attempt: null, failure: null, lastHeartbeat: null, began, token: null, due: null, timer: null, hasClaims: false };
    this.calls.set(pending);
    return pending;
  }

  private definition(call: EffectCall): EffectDefinition | undefined {
    return this.context.registry.effect(call.effect);
  }

  private async claimAndBegin(pending: PendingCall, attempt: number): Promise<void> {
    const { call } = pending;
    pending.phase = 'writing';
    const claimed = await this.keepTrying(() => this.claim(call, attempt));
    if (!this.isCurrent(pending)) return;
    if (claimed === 'claimed') {
      this.begin(pending, attempt);
      return;
    }
    // A worker before this one has made the claim, or a statement that was thought lost.
    const claims = claimed === 'taken' ? await this.keepTrying(() => this.context.store.claims.of(call.uid)) : undefined;
    if (!this.isCurrent(pending)) return;
    this.end(pending);
    if (claims && !this.closing && !this.isAborted(call)) await this.reconsider(call, claims);
  }

  /** Without the run, whoever holds it decides what comes next. */
  private claim(call: EffectCall, attempt: number): Promise<Claiming> {
    if (this.closing || this.isAborted(call)) return Promise.resolve('lost');
    return this.context.store.claims.claimAttempt(call.uid, call.request, attempt, this.context.worker());
  }

  private begin(pending: PendingCall, number: number, hasClaims = true): void {
    const { call } = pending;
    pending.attempt?.dismiss();
    const definition = this.definition(call);
    const attempt = new Attempt(call, number, {
      timeout: definition ? this.timeout(pending, definition) : null,
      heartbeatMs: definition?.policy.heartbeatMs ?? null,
      undone: definition?.isTransaction ?? false,
      lastHeartbeat: pending.lastHeartbeat,
      beat: (of, heartbeat) => {
        if (pending.attempt !== of || !this.isCurrent(pending)) return;
        pending.lastHeartbeat = heartbeat ?? pending.lastHeartbeat;
        pending.hasClaims = true;
        this.heartbeats.add(of, heartbeat);
      },
      later: (of, options) => this.later(pending, of, options),
      ended: (of, ending) => this.attemptEnded(pending, of, ending),
    });
    this.begun.set(idempotencyKey(call), { attempt: number, settled: false, failure: null });
    pending.attempt = attempt;
    pending.phase = 'running';
    pending.failure = null;
    pending.due = null;
    pending.hasClaims ||= hasClaims;
    const { store } = this.context;
    if (definition?.isTransaction) attempt.start(performInTransaction(store, this.context.worker(), definition.run));
    else if (definition) attempt.start(performing(definition.run));
    else this.fail(pending, new PerdureError('effects_missing', `This app does not implement ${call.effect}`));
  }

  private timeout({ call, began }: PendingCall, { policy }: EffectDefinition): AttemptOptions['timeout'] {
    const { timeoutMs, retry: { withinMs } } = policy;
    const leftMs = withinMs === null ? Number.POSITIVE_INFINITY : Math.max(0, began + withinMs - this.context.clock.now());
    if (timeoutMs !== null && timeoutMs <= leftMs) return { ms: timeoutMs, message: `${call.effect} took longer than ${timeoutMs} ms` };
    return withinMs === null ? null : { ms: leftMs, message: `All attempts at ${call.effect} took longer than ${withinMs} ms` };
  }

  private attemptEnded(pending: PendingCall, attempt: Attempt, ending: Ending): void {
    if (pending.attempt !== attempt || !this.isCurrent(pending)) return;
    // A failure of this very attempt is answered already: it took too long.
    const isAnswered = pending.phase === 'writing' || pending.phase === 'pausing';
    switch (ending.kind) {
      case 'returned':
        this.settle(pending, { kind: 'result', value: ending.value });
        return;
      case 'stored':
        this.end(pending);
        this.outcomeIsTold(pending.call);
        this.context.sent(pending.call.uid);
        return;
      case 'overtaken':
        // Should this worker get the run again, the attempt is still to be made.
        this.begun.delete(idempotencyKey(pending.call));
        this.end(pending);
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
        if (this.isAborted(pending.call)) this.settle(pending, { kind: 'aborted', begun: !this.definition(pending.call)?.isTransaction });
        else if (!isAnswered && pending.phase !== 'doubting') this.end(pending);
        return;
      case 'lost':
        this.lost(pending, attempt.number, ending.error);
    }
  }

  // ——— Tokens ———

  private async later(pending: PendingCall, attempt: Attempt, options: LaterOptions): Promise<string> {
    const { call } = attempt;
    if (this.definition(call)?.isTransaction) {
      throw new PerdureError('later', `${call.effect} is a transaction: what it returns is stored with what it does, so it cannot be completed later.`);
    }
    const token = await issueToken(this.context.store, this.context.worker(), attempt, options);
    pending.hasClaims = true;
    this.context.claimed(call);
    return token;
  }

  /** From now on it is completed from outside. */
  private wait(pending: PendingCall, attempt: Attempt): void {
    if (pending.phase === 'waiting') return;
    pending.phase = 'waiting';
    pending.token = attempt.number;
    this.heartbeats.forget(pending.call);
    if (this.isAborted(pending.call)) void this.endWaiting(pending);
    else if (this.closing || !this.context.holds(pending.call.uid)) this.end(pending);
  }

  /** It was told to stop: if nobody has completed it so far, nobody can any more. */
  private async endWaiting(pending: PendingCall): Promise<void> {
    if (await this.tokenEnded(pending, pending.token!, 'it was cancelled')) this.settle(pending, { kind: 'aborted', begun: true });
  }

  /** It has given out a token and then failed: if nobody has used the token so far, the failure counts. */
  private async takeBack(pending: PendingCall, attempt: number, error: unknown): Promise<void> {
    if (await this.tokenEnded(pending, attempt, 'its effect has failed')) this.answer(pending, attempt, error);
  }

  /** Ends a token. Returns false if the call is not for this worker to settle: it was completed, and the inbox has how. */
  private async tokenEnded(pending: PendingCall, attempt: number, why: string): Promise<boolean> {
    const { call } = pending;
    pending.phase = 'writing';
    const ended = await this.keepTrying(() => endToken(this.context.store, this.context.worker(), call, attempt, why));
    if (!this.isCurrent(pending)) return false;
    if (ended === 'ended') return true;
    this.end(pending);
    if (ended === 'decided') this.context.sent(call.uid);
    return false;
  }

  // ——— Failures and doubts ———

  /** Answers an error as the policy says. */
  private answer(pending: PendingCall, attempt: number, error: unknown): void {
    const { call, began } = pending;
    if (this.isAborted(call)) {
      this.fail(pending, error);
      return;
    }
    const elapsedMs = this.context.clock.now() - began;
    const pauseMs = this.definition(call)?.policy.retry.pauseAfter({ attempt, elapsedMs, error, names: errorNames(error) }) ?? null;
    if (pauseMs === null) this.fail(pending, error);
    else void this.recordFailure(pending, attempt, errorDocument(error, hostProgram), pauseMs);
  }

  private async recordFailure(pending: PendingCall, attempt: number, failure: Json, pauseMs: number): Promise<void> {
    const { call } = pending;
    const text = writeDocument(failure);
    pending.phase = 'writing';
    pending.failure = failure;
    pending.hasClaims = true;
    await this.heartbeats.write(); // for the next attempt, whoever makes it
    const retryMs = await this.keepTrying(() =>
      this.context.store.claims.recordFailure(call.uid, call.request, attempt, this.context.worker(), text, pauseMs),
    );
    const begun = this.here(call, attempt);
    if (begun && typeof retryMs !== 'number') begun.failure = { document: failure, pauseMs };
    if (retryMs === undefined || !this.isCurrent(pending)) return;
    if (retryMs === null) this.end(pending);
    else this.pauseUntil(pending, attempt, retryMs, failure);
  }

  /** Waits for the moment that the store knows, then makes the attempt after `attempt`. */
  private pauseUntil(pending: PendingCall, attempt: number, due: number, failure: Json): void {
    const { retry } = this.definition(pending.call)?.policy ?? {};
    if (retry && attempt >= retry.attemptsMax) {
      this.settle(pending, { kind: 'failure', error: failure });
      return;
    }
    if (this.closing) {
      this.end(pending);
      return;
    }
    pending.phase = 'pausing';
    pending.due = due;
    pending.timer?.cancel();
    pending.timer = host.after(due - this.context.clock.earliest(), () => this.pauseIsOver(pending, attempt + 1));
  }

  private pauseIsOver(pending: PendingCall, attempt: number): void {
    if (this.context.isReleasing(pending.call.uid)) pending.timer = host.after(RELEASING_MS, () => this.pauseIsOver(pending, attempt));
    else void this.claimAndBegin(pending, attempt);
  }

  /** Nobody knows whether it has happened. Should it still settle, that settles the doubt. */
  private lost(pending: PendingCall, attempt: number, error: PerdureError): void {
    const { call } = pending;
    if (this.isAborted(call)) {
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
  private async markDoubt(pending: PendingCall, attempt: number, maker: string): Promise<void> {
    const isWanted = (): boolean => this.isCurrent(pending) && pending.phase === 'doubting';
    pending.phase = 'doubting';
    pending.hasClaims = true;
    const marked = await this.keepTrying(async () => isWanted() && (await this.doubt(pending.call, attempt, maker)));
    if (!isWanted()) return;
    if (marked && pending.attempt?.hasEnded === false) pending.phase = 'doubtful';
    else this.end(pending);
  }

  /** An attempt that `maker` has made is in doubt. Returns false if this worker does not hold the run. */
  private async doubt(call: EffectCall, attempt: number, maker: string): Promise<boolean> {
    const { uid, request } = call;
    const { claims } = this.context.store;
    await this.heartbeats.write(); // they are evidence
    if (!(await claims.markDoubt(uid, request, attempt, maker, this.context.worker()))) return false;
    if (!this.definition(call)?.policy.onInDoubt) return true;
    const claim = (await claims.of(uid)).find((c) => c.request === request && c.attempt === attempt);
    if (claim?.doubt) this.decide(call, claim);
    return true;
  }

  /** It waits for a decision: by the app's code, if there is some for it, or by a person. */
  private decide(call: EffectCall, claim: StoredClaim): void {
    const resolver = this.definition(call)?.policy.onInDoubt;
    if (resolver && !this.closing) this.doubts.ask(call, claim, resolver);
  }

  private fail(pending: PendingCall, error: unknown): void {
    this.settle(pending, { kind: 'failure', error: errorDocument(error, hostProgram) });
  }

  private settle(pending: PendingCall, outcome: EffectOutcome): void {
    this.end(pending);
    this.aborted.delete(idempotencyKey(pending.call));
    this.outcomeIsTold(pending.call);
    this.context.settled(pending.call, outcome, pending.hasClaims);
  }

  private outcomeIsTold(call: EffectCall): void {
    this.heartbeats.forget(call);
    const begun = this.begun.get(idempotencyKey(call));
    if (begun) begun.settled = true;
  }

  // ——— Bookkeeping ———

  /** Does something in the store until it is done; undefined if the engine is stopped before. */
  private async keepTrying<T>(body: () => Promise<T>): Promise<T | undefined> {
    for (let pauseMs = 50; !this.stopped; pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        return await body();
      } catch {
        if (this.stopped) break;
        await this.pauses.pause(pauseMs);
      }
    }
    return undefined;
  }

  private isCurrent(pending: PendingCall): boolean {
    return this.calls.get(pending.call) === pending;
  }

  private end(pending: PendingCall): void {
    pending.timer?.cancel();
    pending.attempt?.dismiss();
    if (!this.isCurrent(pending)) return;
    this.calls.delete(pending.call);
    if (!this.isIdle) return;
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }
}
