/**
 * Runs effects: one call per claimed attempt, with its policy.
 *
 * An attempt ends in one of three ways. It settles: its value or error becomes an arrival. It fails and the policy
 * allows another: the failure is recorded, then, after the pause, the next attempt claimed and made. Or nobody
 * knows whether it has happened: an attempt of a worker that is gone, one that timed out. If the effect is
 * idempotent it is made again, with the same key; otherwise it is in doubt, until somebody decides.
 *
 * An effect whose run is cancelled is told to stop and not attempted again; how it ends is still wanted.
 */
import { fromDocument, toDocument } from '../codec/border.ts';
import { Unstorable } from '../codec/unstorable.ts';
import { writeDocument, type Json } from '../codec/format.ts';
import { errorDocument } from '../codec/outcome.ts';
import { pathWithin } from '../engine/path.ts';
import { PerdureError } from '../errors.ts';
import { host, type Timer } from '../host.ts';
import { hostProgram } from '../publish.ts';
import type { StoredClaim } from '../store/claims.ts';
import type { Store } from '../store/store.ts';
import { runInContext, type EffectContext } from './context.ts';
import type { Policy } from './policy.ts';
import type { EffectDefinition, Registry } from './registry.ts';

export type EffectOutcome =
  | { kind: 'result'; value: Json }
  | { kind: 'failure'; error: Json }
  /** It was told to stop, and has. Whether it has happened nobody knows, unless it had not begun. */
  | { kind: 'aborted'; begun: boolean };

/** Told of an outcome, and whether the store holds claims of the call beyond the one in the log. */
export type Settled = (call: CallKey, outcome: EffectOutcome, hasClaims: boolean) => void;

/** The request of a run. */
export interface CallKey {
  uid: string;
  request: number;
}

export interface EffectCall extends CallKey {
  /** The run's id, for people. */
  run: string;
  effect: string;
  args: Json;
}

/** Claims of earlier attempts at a call, as found when a run is loaded. */
export interface EarlierAttempts {
  /** The worker whose claim rode in the log. */
  first: string;
  further: StoredClaim[];
}

interface Attempt {
  call: EffectCall;
  attempt: number;
  controller: AbortController;
  timer: Timer | null;
  dropped: boolean;
  /** How it has failed, while another attempt may follow. */
  failure: Json | null;
  state:
    | 'running'
    /** It took too long and may have happened: a person may ask for another attempt beside it. */
    | 'doubtful'
    /** It has failed, which is being recorded. */
    | 'failed'
    /** Its failure is recorded; the next attempt follows after a pause. */
    | 'pausing';
  /** The store holds something about this attempt: a claim, a failure, a doubt. */
  hasClaims: boolean;
}

const keyOf = ({ uid, request }: CallKey): string => `${uid}:${request}`;

export class Dispatcher {
  private readonly store: Store;
  private readonly registry: Registry;
  private readonly worker: () => string;
  private readonly settled: Settled;
  private readonly attempts = new Map<string, Attempt>();
  /** How many of them each run has, by its uid. */
  private readonly busy = new Map<string, number>();
  /** Calls of cancelled runs. */
  private readonly aborted = new Set<string>();
  private idle: (() => void)[] = [];
  private closing = false;
  private stopped = false;

  constructor(
    store: Store,
    registry: Registry,
    worker: () => string,
    settled: Settled,
  ) {
    this.store = store;
    this.registry = registry;
    this.worker = worker;
    this.settled = settled;
  }

  /** Makes the first attempt, whose claim has just been committed. */
  first(call: EffectCall): void {
    this.attempt(call, 1, false);
  }

  /** Decides what becomes of a call that was claimed before this worker took the run. */
  async resume(call: EffectCall, earlier: EarlierAttempts): Promise<void> {
    if (this.attempts.has(keyOf(call))) return; // it is still running here
    if (earlier.first === '' && earlier.further.length === 0) {
      // An orderly close has left it unclaimed.
      await this.keepTrying((again) => this.claimAndAttempt(call, 1, again));
      return;
    }
    const last = earlier.further.at(-1) ?? { attempt: 1, worker: earlier.first, failure: null, doubt: false };
    if (last.failure !== null) {
      await this.again(call, last.attempt + 1, JSON.parse(last.failure) as Json);
      return;
    }
    if (last.doubt) return; // it waits for a decision
    if (last.worker === this.worker()) return; // it was made here, and its outcome is on its way to the inbox
    if (this.definition(call)?.policy.idempotent) {
      await this.keepTrying((again) => this.claimAndAttempt(call, last.attempt + 1, again));
    }
    else await this.store.claims.markDoubt(call.uid, call.request, last.attempt, last.worker);
  }

  /** Makes another attempt because somebody said so. */
  async retry(call: EffectCall, attempts: number): Promise<void> {
    const running = this.attempts.get(keyOf(call));
    if (!running || running.state === 'doubtful') await this.claimAndAttempt(call, attempts + 1);
  }

  /** Is an attempt of this run's effects under way in this process? */
  isBusy(uid: string): boolean {
    return this.busy.has(uid);
  }

  /** Nobody waits for these any more: their signals are aborted, their outcomes dropped. */
  drop(uid: string, requests: Iterable<number>): void {
    for (const request of requests) {
      const key = keyOf({ uid, request });
      this.aborted.delete(key);
      const attempt = this.attempts.get(key);
      if (!attempt) continue;
      attempt.dropped = true;
      attempt.controller.abort(new PerdureError('effect_dropped', 'Nobody waits for this effect any more'));
      this.end(attempt);
    }
  }

  /** The run has been ended from outside. */
  dropAll(uid: string): void {
    this.drop(uid, [...this.attempts.values()].filter(({ call }) => call.uid === uid).map(({ call }) => call.request));
  }

  /** These are told to stop, because their run is cancelled. */
  abort(uid: string, requests: Iterable<number>): void {
    for (const request of requests) {
      const call = { uid, request };
      this.aborted.add(keyOf(call));
      const attempt = this.attempts.get(keyOf(call));
      if (!attempt) this.settled(call, { kind: 'aborted', begun: true }, true); // it is in doubt
      else if (attempt.state === 'running') attempt.controller.abort(new PerdureError('effect_cancelled', `The run '${attempt.call.run}' is cancelled`));
      else this.finish(attempt, attempt.failure === null ? { kind: 'aborted', begun: true } : { kind: 'failure', error: attempt.failure });
    }
  }

  /** A call that was told to stop before this worker took the run. */
  leave(call: EffectCall, { first, further }: EarlierAttempts): void {
    this.aborted.add(keyOf(call));
    const last = further.at(-1) ?? { worker: first, failure: null };
    if (this.attempts.has(keyOf(call)) || last.worker === this.worker()) return; // it is still to tell how it has ended
    const outcome: EffectOutcome =
      last.failure === null ? { kind: 'aborted', begun: last.worker !== '' } : { kind: 'failure', error: JSON.parse(last.failure) as Json };
    this.settled(call, outcome, further.length > 0);
  }

  get isIdle(): boolean {
    return this.attempts.size === 0;
  }

  /**
   * Makes no further attempts; resolves when nothing is under way, or after `deadlineMs`. An attempt that failed
   * and awaits its next one is left to the next worker: the store knows the failure.
   */
  drain(deadlineMs: number): Promise<void> {
    this.closing = true;
    for (const attempt of [...this.attempts.values()]) if (attempt.state === 'pausing') this.end(attempt);
    if (this.attempts.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = host.after(deadlineMs, () => {
        for (const { controller } of this.attempts.values()) controller.abort(new PerdureError('closing', 'The engine is closing'));
        resolve();
      });
      this.idle.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Lets go of everything: what is still under way stays claimed, and so in doubt. */
  stop(): void {
    this.stopped = true;
    for (const attempt of [...this.attempts.values()]) {
      attempt.dropped = true;
      attempt.controller.abort(new PerdureError('closing', 'The engine is closing'));
      this.end(attempt);
    }
  }

  private definition(call: EffectCall): EffectDefinition | undefined {
    return this.registry.effect(call.effect);
  }

  /** `again`: the answer to this very claim may have been lost. */
  private async claimAndAttempt(call: EffectCall, attempt: number, again = false): Promise<void> {
    const { uid, request } = call;
    if (!this.closing && !this.aborted.has(keyOf(call))) {
      const claimed = await this.store.claims.claimAttempt(uid, request, attempt, this.worker());
      if (claimed || (again && (await this.isMine(call, attempt)))) {
        if (!this.aborted.has(keyOf(call))) this.attempt(call, attempt);
        return;
      }
    }
    const before = this.attempts.get(keyOf(call));
    if (before?.state === 'pausing') this.end(before);
  }

  private async isMine(call: EffectCall, attempt: number): Promise<boolean> {
    const claims = await this.store.claims.of(call.uid);
    return claims.some((claim) => claim.request === call.request && claim.attempt === attempt && claim.worker === this.worker());
  }

  private attempt(call: EffectCall, attempt: number, hasClaims = true): void {
    const record: Attempt = {
      call,
      attempt,
      controller: new AbortController(),
      timer: null,
      dropped: false,
      failure: null,
      state: 'running',
      hasClaims,
    };
    const key = keyOf(call);
    const before = this.attempts.get(key);
    if (before) before.timer?.cancel();
    else this.busy.set(call.uid, (this.busy.get(call.uid) ?? 0) + 1);
    this.attempts.set(key, record);
    const definition = this.definition(call);
    if (!definition) {
      this.finish(record, {
        kind: 'failure',
        error: errorDocument(new PerdureError('effects_missing', `This app does not implement ${call.effect}`), hostProgram),
      });
      return;
    }
    const { timeoutMs } = definition.policy;
    if (timeoutMs !== null) record.timer = host.after(timeoutMs, () => this.timedOut(record, definition));
    const context: EffectContext = {
      idempotencyKey: keyOf(call),
      attempt,
      signal: record.controller.signal,
      run: call.run,
      effect: call.effect,
    };
    runInContext(context, () => invoke(definition, call)).then(
      (value) => this.succeeded(record, value),
      (error: unknown) => this.failed(record, definition, error),
    );
  }

  private succeeded(record: Attempt, value: unknown): void {
    try {
      this.finish(record, { kind: 'result', value: toDocument(value, hostProgram) });
    } catch (error) {
      const message = error instanceof Unstorable ? `${pathWithin(value, 'the result', error.value)}: ${error.message}` : String(error);
      const refused = new PerdureError('unstorable_result', `What ${record.call.effect} returned cannot reach the workflow: ${message}`);
      this.finish(record, { kind: 'failure', error: errorDocument(refused, hostProgram) });
    }
  }

  private failed(record: Attempt, definition: EffectDefinition, error: unknown): void {
    if (record.dropped || !this.isCurrent(record)) return;
    if (record.state === 'failed' || record.state === 'pausing') return; // it timed out, which has been answered
    if (isEcho(error, record.controller.signal)) {
      if (this.aborted.has(keyOf(record.call))) this.finish(record, { kind: 'aborted', begun: true });
      else this.end(record);
    }
    else this.answer(record, definition, error);
  }

  /** Answers a failure as the policy says. */
  private answer(record: Attempt, definition: EffectDefinition, error: unknown): void {
    const { policy } = definition;
    const document = errorDocument(withoutOurFrames(error), hostProgram);
    if (record.attempt >= policy.attemptsMax || this.aborted.has(keyOf(record.call)) || !isRetryable(record.call, policy, error)) {
      this.finish(record, { kind: 'failure', error: document });
      return;
    }
    record.timer?.cancel();
    const pauseMs = policy.pauseMs(record.attempt);
    const { call, attempt } = record;
    const text = writeDocument(document);
    record.hasClaims = true;
    record.failure = document;
    record.state = 'failed';
    void this.keepTrying(() => this.store.claims.recordFailure(call.uid, call.request, attempt, this.worker(), text)).then(() => {
      if (record.dropped || !this.isCurrent(record)) return;
      record.state = 'pausing';
      if (this.closing) this.end(record);
      else record.timer = host.after(pauseMs, () => void this.again(call, attempt + 1, document));
    });
  }

  /** The next attempt after a failure that is recorded. */
  private async again(call: EffectCall, attempt: number, failure: Json): Promise<void> {
    const definition = this.definition(call);
    if (definition && attempt > definition.policy.attemptsMax) {
      this.settled(call, { kind: 'failure', error: failure }, true);
      return;
    }
    await this.keepTrying((again) => this.claimAndAttempt(call, attempt, again));
  }

  private timedOut(record: Attempt, definition: EffectDefinition): void {
    const { call, attempt } = record;
    const error = new PerdureError('effect_timeout', `${call.effect} took longer than ${definition.policy.timeoutMs} ms`);
    record.controller.abort(error);
    if (this.aborted.has(keyOf(call))) {
      this.finish(record, { kind: 'aborted', begun: true });
      return;
    }
    if (definition.policy.idempotent) {
      this.answer(record, definition, error);
      return;
    }
    record.state = 'doubtful';
    // It may have happened. Should it still settle, that settles the doubt.
    record.hasClaims = true;
    void this.keepTrying(() => this.store.claims.markDoubt(call.uid, call.request, attempt, this.worker()));
  }

  private async keepTrying(body: (again: boolean) => Promise<void>): Promise<void> {
    for (let pauseMs = 50; !this.stopped; pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        return await body(pauseMs > 50);
      } catch {
        if (this.stopped) return;
        await new Promise<void>((resolve) => host.after(pauseMs, resolve));
      }
    }
  }

  private isCurrent(record: Attempt): boolean {
    return this.attempts.get(keyOf(record.call)) === record;
  }

  private finish(record: Attempt, outcome: EffectOutcome): void {
    if (record.dropped || !this.isCurrent(record)) return;
    this.end(record);
    this.aborted.delete(keyOf(record.call));
    this.settled(record.call, outcome, record.hasClaims);
  }

  private end(record: Attempt): void {
    record.timer?.cancel();
    const { uid } = record.call;
    if (this.attempts.delete(keyOf(record.call))) {
      const left = this.busy.get(uid)! - 1;
      if (left > 0) this.busy.set(uid, left);
      else this.busy.delete(uid);
    }
    if (this.attempts.size > 0) return;
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }
}

function isRetryable(call: EffectCall, policy: Policy, error: unknown): boolean {
  try {
    return policy.isRetryable(error);
  } catch (thrown) {
    host.warn(`perdure: retry.when of ${call.effect} threw, so the error counts as final: ${String(thrown)}`);
    return false;
  }
}

/**
 * An implementation that we have told to stop, and that says it was told to stop: nobody knows whether it has
 * happened.
 */
function isEcho(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: unknown };
  return error === signal.reason || cause === signal.reason || name === 'AbortError';
}

/** Takes the dispatcher's own frames off the end of a stack. */
function withoutOurFrames(error: unknown): unknown {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return error;
  const lines = error.stack.split('\n');
  const ours = lines.findIndex((line) => line.includes('at invoke (') && line.includes('/worker/dispatcher.'));
  if (ours !== -1) error.stack = lines.slice(0, ours).join('\n');
  return error;
}

async function invoke(definition: EffectDefinition, call: EffectCall): Promise<unknown> {
  // A copy: decoding takes the document apart.
  const args = fromDocument(JSON.parse(JSON.stringify(call.args)) as Json, hostProgram, 'args') as unknown[];
  return definition.run(...args);
}
