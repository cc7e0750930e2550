/**
 * Runs effects: one call per claimed attempt, with its policy.
 *
 * An attempt ends in one of three ways. It settles: its value or error becomes an arrival. It fails and the policy
 * allows another: the failure is recorded, then, after the pause, the next attempt claimed and made. Or nobody
 * knows whether it has happened: an attempt of a worker that is gone, one that timed out. If the effect is
 * idempotent it is made again, with the same key; otherwise it is in doubt, until somebody decides.
 */
import { fromDocument, toDocument } from '../codec/border.ts';
import { Unstorable } from '../codec/classify.ts';
import type { Json } from '../codec/format.ts';
import { errorDocument } from '../codec/outcome.ts';
import { PerdureError } from '../errors.ts';
import { host, type Timer } from '../host.ts';
import { hostProgram } from '../publish.ts';
import type { Store, StoredClaim } from '../store/store.ts';
import { runInContext, type EffectContext } from './context.ts';
import type { EffectDefinition, Registry } from './registry.ts';

export type EffectOutcome = { kind: 'result'; value: Json } | { kind: 'failure'; error: Json };

/** Told of an outcome, and whether the store holds claims of the call beyond the one in the log. */
export type Settled = (call: EffectCall, outcome: EffectOutcome, hasClaims: boolean) => void;

export interface EffectCall {
  uid: string;
  /** The run's id, for people. */
  run: string;
  request: number;
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
  /** The store holds something about this attempt: a claim, a failure, a doubt. */
  hasClaims: boolean;
}

const keyOf = ({ uid, request }: Pick<EffectCall, 'uid' | 'request'>): string => `${uid}:${request}`;

export class Dispatcher {
  private readonly store: Store;
  private readonly registry: Registry;
  private readonly worker: () => string;
  private readonly settled: Settled;
  private readonly attempts = new Map<string, Attempt>();
  private idle: (() => void)[] = [];

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
    this.attempt(call, 1);
  }

  /** Decides what becomes of a call that was claimed before this worker took the run. */
  async resume(call: EffectCall, earlier: EarlierAttempts): Promise<void> {
    if (this.attempts.has(keyOf(call))) return; // it is still running here
    const last = earlier.further.at(-1) ?? { attempt: 1, worker: earlier.first, failure: null, doubt: false };
    if (last.failure !== null) {
      await this.again(call, last.attempt + 1, JSON.parse(last.failure) as Json);
      return;
    }
    if (last.doubt) return; // it waits for a decision
    if (last.worker === this.worker()) return; // it was made here, and its outcome is on its way to the inbox
    if (this.definition(call)?.policy.idempotent) await this.claimAndAttempt(call, last.attempt + 1);
    else await this.store.markDoubt(call.uid, call.request, last.attempt, last.worker);
  }

  /** Makes another attempt because somebody said so. */
  async retry(call: EffectCall, attempts: number): Promise<void> {
    if (!this.attempts.has(keyOf(call))) await this.claimAndAttempt(call, attempts + 1);
  }

  /** Is an attempt of this run's effects under way in this process? */
  isBusy(uid: string): boolean {
    for (const { call } of this.attempts.values()) if (call.uid === uid) return true;
    return false;
  }

  /** Nobody waits for these any more: their signals are aborted, their outcomes dropped. */
  drop(uid: string, requests: Iterable<number>): void {
    for (const request of requests) {
      const attempt = this.attempts.get(keyOf({ uid, request }));
      if (!attempt) continue;
      attempt.dropped = true;
      attempt.controller.abort(new PerdureError('effect_dropped', 'Nobody waits for this effect any more'));
      this.end(attempt);
    }
  }

  /** Resolves when nothing is under way, or after `deadlineMs`. */
  drain(deadlineMs: number): Promise<void> {
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

  private definition(call: EffectCall): EffectDefinition | undefined {
    return this.registry.effect(call.effect);
  }

  private async claimAndAttempt(call: EffectCall, attempt: number): Promise<void> {
    if (await this.store.claimAttempt(call.uid, call.request, attempt, this.worker())) this.attempt(call, attempt);
  }

  private attempt(call: EffectCall, attempt: number): void {
    const record: Attempt = { call, attempt, controller: new AbortController(), timer: null, dropped: false, hasClaims: attempt > 1 };
    this.attempts.set(keyOf(call), record);
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
      const message = error instanceof Unstorable ? error.message : String(error);
      const refused = new PerdureError('unstorable_result', `What ${record.call.effect} returned cannot reach the workflow: ${message}`);
      this.finish(record, { kind: 'failure', error: errorDocument(refused, hostProgram) });
    }
  }

  private failed(record: Attempt, definition: EffectDefinition, error: unknown): void {
    if (record.dropped || !this.isCurrent(record)) return;
    const { policy } = definition;
    const document = errorDocument(withoutOurFrames(error), hostProgram);
    if (record.attempt >= policy.attemptsMax || !policy.isRetryable(error)) {
      this.finish(record, { kind: 'failure', error: document });
      return;
    }
    record.timer?.cancel();
    const pauseMs = policy.pauseMs(record.attempt);
    const { call, attempt } = record;
    const text = JSON.stringify(document);
    record.hasClaims = true;
    void this.keepTrying(() => this.store.recordFailure(call.uid, call.request, attempt, this.worker(), text)).then(() => {
      record.timer = host.after(pauseMs, () => {
        if (!record.dropped) void this.again(call, attempt + 1, document);
      });
    });
  }

  /** The next attempt after a failure that is recorded. */
  private async again(call: EffectCall, attempt: number, failure: Json): Promise<void> {
    const definition = this.definition(call);
    if (definition && attempt > definition.policy.attemptsMax) {
      this.settled(call, { kind: 'failure', error: failure }, true);
      return;
    }
    await this.keepTrying(() => this.claimAndAttempt(call, attempt));
  }

  private timedOut(record: Attempt, definition: EffectDefinition): void {
    const { call, attempt } = record;
    const error = new PerdureError('effect_timeout', `${call.effect} took longer than ${definition.policy.timeoutMs} ms`);
    record.controller.abort(error);
    if (definition.policy.idempotent) {
      this.failed(record, definition, error);
      return;
    }
    // It may have happened. Should it still settle, that settles the doubt.
    record.hasClaims = true;
    void this.keepTrying(() => this.store.markDoubt(call.uid, call.request, attempt, this.worker()));
  }

  private async keepTrying(body: () => Promise<void>): Promise<void> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        return await body();
      } catch {
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
    this.settled(record.call, outcome, record.hasClaims);
  }

  private end(record: Attempt): void {
    record.timer?.cancel();
    this.attempts.delete(keyOf(record.call));
    if (this.attempts.size > 0) return;
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }
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
