/**
 * A run, as the app that started it sees it.
 */
import { readOutcome } from '../codec/foreign.ts';
import type { Json } from '../codec/format.ts';
import type { Channel } from '../builtins/waiting.ts';
import { PerdureError } from '../errors.ts';
import { hostProgram } from '../publish.ts';
import { nothingIfAway } from '../store/errors.ts';
import type { StoredRun } from '../store/runs.ts';
import type { AskOptions, QuestionsOf } from './ask.ts';
import type { CancelOptions, TerminateOptions } from './cancel.ts';
import type { Engine } from './engine.ts';
import type { ChannelOf, SendOptions } from './message.ts';
import type { QueryOf } from './query.ts';

/** `pending`: it has not begun, and waits for its moment or its turn. */
export type RunState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'parked';

export interface RunStatus {
  id: string;
  uid: string;
  workflow: string;
  state: RunState;
  /** An effect waits for a decision: see `engine.resolve`. */
  inDoubt: boolean;
  /** An effect waits for whoever has its token: until this moment, or as long as that takes. */
  waitsForToken: { until: Date | null } | null;
  /** A queue in which an effect waits, and that nobody serves. */
  waitsForQueue: string | null;
  /** Why it is parked. */
  reason: Error | null;
  tags: Record<string, string>;
  priority: number;
  createdAt: Date;
  /** It does not begin before. */
  startsAt: Date | null;
  finishedAt: Date | null;
}

const RESULT_POLL_MIN_MS = 5;
const RESULT_POLL_MAX_MS = 1000;
/** A run that is held in this process. */
const RESULT_POLL_HELD_MS = 10_000;

/** A run, from outside. */
export class RunHandle<R> {
  readonly id: string;
  /** Told apart from another run that later takes the same id. */
  readonly uid: string;
  /** Hidden: who logs a handle wants to see a run, and not all that an engine holds. */
  readonly #engine: Engine;

  constructor(engine: Engine, id: string, uid: string) {
    this.#engine = engine;
    this.id = id;
    this.uid = uid;
  }

  /**
   * What the workflow returns. Rejects with what it throws, or why it is parked. That the store cannot be reached says nothing of the
   * run, and is waited for.
   */
  async result(): Promise<R> {
    for (let waitMs = RESULT_POLL_MIN_MS; ; waitMs = Math.min(waitMs * 2, RESULT_POLL_MAX_MS)) {
      const isHere = this.#engine.holds(this.uid);
      // Told first, asked later: a worker that has lost the run without knowing it tells nothing.
      const told = this.#engine.whenEnded(this.uid, isHere ? RESULT_POLL_HELD_MS : waitMs);
      const outcome = (isHere ? await told : null) ?? (await this.storedOutcome()) ?? (isHere ? null : await told);
      if (outcome !== null) return unwrap<R>(outcome);
    }
  }

  /** The outcome, if it has one and the store tells it. Throws why it is parked. */
  private async storedOutcome(): Promise<string | null> {
    const run = await this.#engine.outcome(this).catch(nothingIfAway);
    if (run?.outcome === null && run.status === 'parked') {
      throw reasonOf(run) ?? new PerdureError('run_parked', `The run '${this.id}' is parked.`);
    }
    return run?.outcome ?? null;
  }

  /**
   * Sends a message into one of the run's channels. Returns false if a message with this key was sent there before.
   * Throws if the run has ended.
   */
  async send<T>(channel: ChannelOf<T> | string, message: NoInfer<T>, options: SendOptions = {}): Promise<boolean> {
    return this.#engine.send(this, channel as unknown as Channel | string, message, options);
  }

  /** Sends a question and waits for the answer: `engine.ask`. */
  async ask<M, A>(channel: QuestionsOf<M, A> | string, message: NoInfer<M>, options: AskOptions = {}): Promise<A> {
    return this.#engine.ask(this, channel, message, options);
  }

  /** Asks a query of the run: `engine.query`. */
  async query<A extends unknown[], Q>(query: QueryOf<A, Q> | string, ...args: A): Promise<Q> {
    return this.#engine.query(this, query, ...args);
  }

  /** Asks the run to stop: `engine.cancel`. */
  async cancel(options: CancelOptions = {}): Promise<void> {
    await this.#engine.cancel(this, options);
  }

  /** Ends the run at once: `engine.terminate`. */
  async terminate(options: TerminateOptions = {}): Promise<void> {
    await this.#engine.terminate(this, options);
  }

  async status(): Promise<RunStatus> {
    return statusOf(await this.#engine.stored(this));
  }
}

export function statusOf(run: StoredRun): RunStatus {
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  return {
    id: run.id,
    uid: run.uid,
    workflow: run.workflow,
    state: run.status,
    inDoubt: run.inDoubt,
    waitsForToken: run.token && { until: date(run.token.until) },
    waitsForQueue: run.unserved,
    reason: reasonOf(run),
    tags: run.tags,
    priority: run.priority,
    createdAt: new Date(run.createdMs),
    startsAt: date(run.startMs),
    finishedAt: date(run.finishedMs),
  };
}

function unwrap<R>(text: string): R {
  const outcome = JSON.parse(text) as { ok: Json } | { error: Json };
  if ('ok' in outcome) return readOutcome(outcome.ok, hostProgram, 'outcome.ok') as R;
  throw readOutcome(outcome.error, hostProgram, 'outcome.error');
}

function reasonOf(run: Pick<StoredRun, 'reason'>): Error | null {
  if (run.reason === null) return null;
  const error = readOutcome(JSON.parse(run.reason) as Json, hostProgram, 'reason');
  return error instanceof Error ? error : new PerdureError('run_parked', String(error));
}
