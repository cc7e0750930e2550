/**
 * Asks an app's own code what became of effects in doubt: the policy `onInDoubt`.
 *
 * Its answer takes the way of a person's: through the inbox, if the doubt still stands. A crash before leaves the doubt
 * as it was, and whoever holds the run then asks again. What it throws is shown, and it is asked again later; what it
 * does not know is left to a person, once and for all.
 */
import { toDocument } from '../../codec/border.ts';
import { errorDocument } from '../../codec/outcome.ts';
import { messageOf, safely, stackOf } from '../../codec/thrown.ts';
import { writeDocument, type Json } from '../../codec/format.ts';
import { PerdureError } from '../../errors.ts';
import { host, type Timer } from '../../host.ts';
import { hostProgram } from '../../publish.ts';
import type { StoredClaim } from '../../store/claims.ts';
import { StoreError } from '../../store/errors.ts';
import type { Store } from '../../store/store.ts';
import type { DatabaseClock } from '../clock.ts';
import { writeEntry, type InboxEntry } from '../../engine/inbox.ts';
import { copyOf } from './attempt.ts';
import { idempotencyKey, type CallKey, type EffectCall } from './call.ts';
import { runOutside } from './context.ts';
import { lastHeartbeat } from './heartbeats.ts';

/** What is known of an attempt of which nobody knows whether it has happened. */
export interface Doubt<A extends unknown[] = unknown[]> {
  /** The id of the run, and the effect as the program names it. */
  run: string;
  effect: string;
  args: A;
  /** The attempt in doubt, from 1. */
  attempt: number;
  /** What the attempt had as `effectContext().idempotencyKey`. */
  idempotencyKey: string;
  /** The worker that made it, and the process it was; null where nobody knows any more. */
  worker: { id: string; host: string | null; pid: number | null };
  /** When the run asked for the effect. */
  askedAt: Date;
  /** Since when it is in doubt. */
  since: Date;
  /** The details of the last heartbeat. */
  heartbeat: unknown;
}

/** What became of it: another attempt shall be made, it has this result, or this error is thrown at the `await`. */
export type DoubtAnswer<R = unknown> = { retry: true } | { result: R } | { error: unknown };

export type DoubtResolver = (doubt: Doubt) => DoubtAnswer | undefined | Promise<DoubtAnswer | undefined>;

const PAUSE_MIN_MS = 1000;
const PAUSE_MAX_MS = 300_000;

export interface DoubtContext {
  readonly store: Store;
  readonly clock: DatabaseClock;
  /** Something has been sent to this run. */
  sent(uid: string): void;
}

interface Asked {
  call: EffectCall;
  failures: number;
  /** When it is asked again, by the database's clock; null: it is being asked. */
  due: number | null;
  timer: Timer | null;
}

export class Doubts {
  private readonly context: DoubtContext;
  private readonly asked = new Map<string, Asked>();
  private closing = false;

  constructor(context: DoubtContext) {
    this.context = context;
  }

  /** Lets `resolver` decide about a doubt, as the store knows it. */
  ask(call: EffectCall, claim: StoredClaim, resolver: DoubtResolver): void {
    const key = idempotencyKey(call);
    if (this.closing || claim.leftToPerson) return;
    const before = this.asked.get(key);
    if (before && before.due === null) return;
    before?.timer?.cancel();
    const leftMs = before?.due ? before.due - this.context.clock.latest() : 0;
    if (before && leftMs > 0) {
      before.timer = host.after(leftMs, () => this.ask(call, claim, resolver));
      return;
    }
    const asked: Asked = { call, failures: before?.failures ?? 0, due: null, timer: null };
    this.asked.set(key, asked);
    void this.decide(asked, claim, resolver);
  }

  /** Must this run stay in memory, because somebody is being asked? */
  isBusy(uid: string): boolean {
    for (const { call, due } of this.asked.values()) if (call.uid === uid && due === null) return true;
    return false;
  }

  /** When somebody is next asked about this run. */
  nextDue(uid: string): number | null {
    let next: number | null = null;
    for (const { call, due, timer } of this.asked.values()) if (call.uid === uid && due !== null && timer !== null) next = Math.min(next ?? due, due);
    return next;
  }

  /** The run is not held here any more; how often it has failed is remembered. */
  forget(uid: string): void {
    for (const asked of this.asked.values()) {
      if (asked.call.uid !== uid) continue;
      asked.timer?.cancel();
      asked.timer = null;
    }
  }

  /** The call is settled. */
  drop(call: CallKey): void {
    const key = idempotencyKey(call);
    this.asked.get(key)?.timer?.cancel();
    this.asked.delete(key);
  }

  /** Asks nobody any more. */
  stop(): void {
    this.closing = true;
    for (const { timer } of this.asked.values()) timer?.cancel();
    this.asked.clear();
  }

  private async decide(asked: Asked, claim: StoredClaim, resolver: DoubtResolver): Promise<void> {
    const { call } = asked;
    try {
      const doubt = await this.evidence(call, claim);
      const entry = entryOf(call, claim, await runOutside(() => resolver(doubt)));
      if (this.closing) return;
      if (entry === null) await this.context.store.claims.leaveToPerson(call.uid, call.request, claim.attempt);
      else if (await this.context.store.claims.answerDoubt(call.uid, call.request, claim.attempt, writeEntry(entry))) this.context.sent(call.uid);
      if (this.isCurrent(asked)) this.drop(call);
    } catch (error) {
      if (!this.closing) await this.failed(asked, claim, resolver, error);
    }
  }

  private async failed(asked: Asked, claim: StoredClaim, resolver: DoubtResolver, error: unknown): Promise<void> {
    const { call } = asked;
    // A store that is away has not heard the answer: that is no fault of the app's code, which is only asked again.
    if (!safely(() => error instanceof StoreError && error.kind !== 'refused', false)) {
      host.warn(`perdure: onInDoubt of ${call.effect} failed for the run '${call.run}' and is asked again later: ${stackOf(error)}`);
      const trouble = writeDocument(errorDocument(error, hostProgram));
      await this.context.store.claims.recordTrouble(call.uid, call.request, claim.attempt, trouble).catch(() => {});
    }
    if (!this.isCurrent(asked)) return;
    const pauseMs = Math.min(PAUSE_MIN_MS * 2 ** asked.failures, PAUSE_MAX_MS);
    asked.failures++;
    asked.due = this.context.clock.latest() + pauseMs;
    this.ask(call, claim, resolver);
  }

  private async evidence(call: EffectCall, claim: StoredClaim): Promise<Doubt> {
    const heartbeat = lastHeartbeat([claim]);
    const place = await this.context.store.workers.find(claim.worker);
    return {
      run: call.run,
      effect: call.effect,
      args: copyOf(call.args, 'args') as unknown[],
      attempt: claim.attempt,
      idempotencyKey: idempotencyKey(call),
      worker: { id: claim.worker, host: place?.host ?? null, pid: place?.pid ?? null },
      askedAt: new Date(call.since),
      since: new Date(claim.doubtMs ?? this.context.clock.now()),
      heartbeat: heartbeat === null ? undefined : copyOf(heartbeat.details, 'heartbeat'),
    };
  }

  private isCurrent(asked: Asked): boolean {
    return this.asked.get(idempotencyKey(asked.call)) === asked;
  }
}

/** The answer as what is sent to the run; null: it does not know. */
function entryOf({ request, effect }: EffectCall, { attempt }: StoredClaim, answer: DoubtAnswer | undefined): InboxEntry | null {
  if (answer === undefined) return null;
  const entries = typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
  // Exactly one: two contradict each other, and a payment that is made again is worse than a question.
  const [key, value] = entries.length === 1 ? entries[0]! : [];
  if (key === 'retry' && value === true) return { kind: 'retry', request, attempt };
  if (key === 'result') return { kind: 'result', request, value: resultOf(effect, value) };
  if (key === 'error') return { kind: 'failure', request, error: errorDocument(value, hostProgram) };
  throw new PerdureError('doubt_answer', `onInDoubt of ${effect} must return { retry: true }, { result }, { error } or undefined: one of them, and nothing else.`);
}

function resultOf(effect: string, value: unknown): Json {
  try {
    return toDocument(value, hostProgram);
  } catch (error) {
    throw new PerdureError('unstorable_result', `The result that onInDoubt of ${effect} returned cannot reach the workflow: ${messageOf(error)}`);
  }
}
