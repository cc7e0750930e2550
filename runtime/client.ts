/**
 * `perdure/engine`: what an app uses.
 *
 *     const engine = await open({ store: process.env.DATABASE_URL ?? '.perdure' });
 *     engine.provide(orders, { charge: (order) => payments.charge(order) });
 *     await engine.work();
 *     const run = await engine.start(orders.fulfil, { args: [order] });
 *     const receipt = await run.result();
 */
import { toDocument } from './codec/border.ts';
import { Unstorable } from './codec/unstorable.ts';
import type { Json } from './codec/format.ts';
import { readOutcome } from './codec/foreign.ts';
import { errorDocument } from './codec/outcome.ts';
import { durationMs } from './builtins/duration.ts';
import { Channel } from './builtins/waiting.ts';
import { pathWithin } from './engine/path.ts';
import { checkRunId } from './engine/run-id.ts';
import { decide, findRun, resumeRun, sendMessage, startRun, type Decision } from './control.ts';
import { PerdureError } from './errors.ts';
import { host } from './host.ts';
import { hostProgram, publishedOf, workflowOf } from './publish.ts';
import { openStore } from './store/open.ts';
import type { StoredRun } from './store/runs.ts';
import type { Store } from './store/store.ts';
import { Registry, type Implementation } from './worker/registry.ts';
import { Worker, WORKER_DEFAULTS, type WorkerOptions } from './worker/worker.ts';
import type { EffectPolicy } from './worker/policy.ts';

export { effectContext, type EffectContext } from './worker/context.ts';
export type { EffectPolicy, RetryPolicy } from './worker/policy.ts';
export { PerdureError, CorruptState, Fault } from './errors.ts';

type AsyncFunction = (...args: never[]) => Promise<unknown>;

/** What implements an effect: a function of the same arguments, or one with a policy. */
export type EffectImplementation<F> = F extends (...args: infer A) => Promise<infer R>
  ? ((...args: A) => R | Promise<R>) | (EffectPolicy & { run: (...args: A) => R | Promise<R> })
  : never;

/** Implementations for the effects of a workflow module, typed by `typeof import('./order.wf.ts')`. */
export type Implementations<M> = {
  [K in keyof M as M[K] extends AsyncFunction ? K : never]?: EffectImplementation<M[K]>;
};

export interface OpenOptions {
  /** A PostgreSQL URL, or the directory of an embedded store. */
  store: string;
  /** Connections to PostgreSQL at the most. Default: 10. */
  connectionsMax?: number;
  /** How often the store is asked for news. Default: 1 second. */
  poll?: number | string;
  /** How long other workers wait for this one to show that it lives. Default: 15 seconds. */
  lease?: number | string;
  /** How long a run that waits is kept in memory. Default: 500 ms. */
  rest?: number | string;
  /** How many runs are held in memory at the most. Default: 1000. */
  runsMax?: number;
}

export interface StartOptions<A extends unknown[]> {
  /** The run's id. Default: a random one. Starting it again with the same arguments gives the same run. */
  id?: string;
  args?: A;
}

export type RunState = 'running' | 'completed' | 'failed' | 'parked';

export interface RunStatus {
  id: string;
  workflow: string;
  state: RunState;
  /** An effect waits for a decision: see `engine.resolve`. */
  inDoubt: boolean;
  /** Why it is parked. */
  reason: Error | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export type Resolution = { retry: true } | { result: unknown } | { error: unknown };

/** Opens the store and returns an engine over it. */
export async function open(options: OpenOptions): Promise<Engine> {
  if (typeof options?.store !== 'string' || options.store === '') {
    throw new PerdureError('store_missing', '`open` needs a store: a PostgreSQL URL, or the path of a directory.');
  }
  const store = await openStore(options.store, {
    ...(options.connectionsMax === undefined ? {} : { connectionsMax: options.connectionsMax }),
  });
  return new Engine(store, {
    pollMs: options.poll === undefined ? WORKER_DEFAULTS.pollMs : durationMs(options.poll),
    leaseMs: options.lease === undefined ? WORKER_DEFAULTS.leaseMs : durationMs(options.lease),
    restMs: options.rest === undefined ? WORKER_DEFAULTS.restMs : durationMs(options.rest),
    runsMax: options.runsMax ?? WORKER_DEFAULTS.runsMax,
  });
}

export class Engine {
  private readonly store: Store;
  private readonly registry = new Registry();
  private readonly options: WorkerOptions;
  private worker: Worker | null = null;
  private working: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  private closed = false;
  private readonly told = new Set<string>();

  constructor(store: Store, options: WorkerOptions) {
    this.store = store;
    this.options = options;
  }

  /** Implements the effects of a workflow module. Throws if one is not declared there. */
  provide<M extends object>(module: M, implementations: Implementations<M>): this {
    this.refuseClosed();
    this.registry.provide(publishedOf(module), implementations as Record<string, Implementation>);
    return this;
  }

  /** Begins to execute runs. Throws if an effect of a provided program has no implementation. */
  async work(): Promise<void> {
    this.refuseClosed();
    if (!this.working) {
      this.working = this.begin();
      this.working.catch(() => (this.working = null));
    }
    await this.working;
  }

  private async begin(): Promise<void> {
    this.registry.checkComplete();
    await this.storeArtifacts();
    const worker = new Worker(this.store, this.registry, this.options);
    try {
      await worker.start();
    } catch (error) {
      await worker.close(0);
      throw error;
    }
    this.worker = worker;
  }

  private async storeArtifacts(): Promise<void> {
    for (const artifact of this.registry.registered()) {
      await this.store.artifacts.store(artifact.hash, artifact.entry, JSON.stringify(artifact));
    }
  }

  /**
   * Starts a run of a workflow. With an id that is taken: the same run, if workflow and arguments are the same;
   * otherwise a PerdureError with code `run_exists`.
   */
  async start<A extends unknown[], R>(
    workflow: (...args: A) => Promise<R>,
    options: StartOptions<A> = {},
  ): Promise<RunHandle<R>> {
    this.refuseClosed();
    const { module, id: workflowId } = workflowOf(workflow);
    const id = options.id ?? host.uuid();
    checkRunId(id);
    const args = copy(options.args ?? [], 'args', `the arguments of ${workflowId}`);
    const artifact = this.registry.registerRunnable(module);
    await this.store.artifacts.store(artifact.hash, artifact.entry, JSON.stringify(artifact));
    const { uid, started } = await startRun(this.store, { id, workflow: workflowId, program: artifact, args });
    if (started) {
      this.tellIfElsewhere(id, artifact.entry);
      this.worker?.hint();
    }
    return new RunHandle<R>(this, id, uid);
  }

  /** This engine works, but not on this module: another one has to, and nothing else would show it. */
  private tellIfElsewhere(id: string, entry: string): void {
    if (!this.worker || this.told.has(entry) || this.registry.entries().includes(entry)) return;
    this.told.add(entry);
    host.warn(`perdure: the run '${id}' waits for an engine that provides ${entry}; this one does not.`);
  }

  /** A handle on a run that was started before. Throws if there is none. */
  async run<R = unknown>(id: string): Promise<RunHandle<R>> {
    const run = await this.stored(id);
    return new RunHandle<R>(this, id, run.uid);
  }

  /** Decides what becomes of an effect in doubt: another attempt, a result, or an error thrown at its `await`. */
  async resolve(run: RunHandle<unknown> | string, effect: number | string, resolution: Resolution): Promise<void> {
    const stored = await this.stored(typeof run === 'string' ? run : run.id);
    await decide(this.store, stored, effect, this.decisionOf(resolution));
    this.worker?.hint();
  }

  private decisionOf(resolution: Resolution): Decision {
    if ('retry' in resolution) return { retry: true };
    if ('result' in resolution) return { result: copy(resolution.result, 'result', 'the result') };
    return { error: errorDocument(resolution.error, hostProgram) };
  }

  /** Lets a parked run go on from its last checkpoint. */
  async resume(run: RunHandle<unknown> | string): Promise<void> {
    this.refuseClosed();
    await resumeRun(this.store, typeof run === 'string' ? run : run.id);
    this.worker?.hint();
  }

  /** Finishes the cycles in hand, waits for effects under way (at most `deadline`), and releases everything. */
  async close(options: { deadline?: number | string } = {}): Promise<void> {
    const deadlineMs = durationMs(options.deadline ?? '30 seconds');
    this.closing ??= this.end(deadlineMs);
    await this.closing;
  }

  private async end(deadlineMs: number): Promise<void> {
    this.closed = true;
    await this.working?.catch(() => {});
    await this.worker?.close(deadlineMs);
    await this.store.close();
  }

  // ——— For handles ———

  /** @internal */
  async stored(id: string): Promise<StoredRun> {
    this.refuseClosed();
    return findRun(this.store, id);
  }

  /** @internal */
  async send(id: string, channel: Channel | string, message: unknown): Promise<void> {
    this.refuseClosed();
    const name = channel instanceof Channel ? channel.name : channel;
    if (typeof name !== 'string') throw new PerdureError('channel', '`send` takes a channel of the workflow module, or its name.');
    await sendMessage(this.store, id, name, copy(message, 'message', 'the message'));
    this.worker?.hint();
  }

  /** @internal Resolves when the run may have ended: told by the worker of this process, or after a while. */
  whenEnded(uid: string, afterMs: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.worker?.onEnd(uid, done);
      const timer = host.after(afterMs, done);
      function done(): void {
        stop?.();
        timer.cancel();
        resolve();
      }
    });
  }

  private refuseClosed(): void {
    if (this.closed) throw new PerdureError('engine_closed', 'The engine is closed.');
  }
}

const RESULT_POLL_MIN_MS = 50;
const RESULT_POLL_MAX_MS = 1000;

/** A run, from outside. */
export class RunHandle<R> {
  readonly id: string;
  /** Told apart from another run that later takes the same id. */
  readonly uid: string;
  private readonly engine: Engine;

  constructor(engine: Engine, id: string, uid: string) {
    this.engine = engine;
    this.id = id;
    this.uid = uid;
  }

  /** What the workflow returns. Rejects with what it throws, or why it is parked. */
  async result(): Promise<R> {
    for (let waitMs = RESULT_POLL_MIN_MS; ; waitMs = Math.min(waitMs * 2, RESULT_POLL_MAX_MS)) {
      const ended = this.engine.whenEnded(this.uid, waitMs);
      const run = await this.engine.stored(this.id);
      if (run.outcome !== null) return unwrap<R>(run.outcome);
      if (run.status === 'parked') throw reasonOf(run) ?? new PerdureError('run_parked', `The run '${this.id}' is parked.`);
      await ended;
    }
  }

  /** Sends a message into one of the run's channels. Throws if the run has ended. */
  async send<T>(channel: { readonly name: string; receive(): Promise<T> } | string, message: T): Promise<void> {
    await this.engine.send(this.id, channel as unknown as Channel | string, message);
  }

  async status(): Promise<RunStatus> {
    const run = await this.engine.stored(this.id);
    return {
      id: run.id,
      workflow: run.workflow,
      state: run.status,
      inDoubt: run.inDoubt,
      reason: reasonOf(run),
      createdAt: new Date(run.createdMs),
      finishedAt: run.finishedMs === null ? null : new Date(run.finishedMs),
    };
  }
}

function unwrap<R>(text: string): R {
  const outcome = JSON.parse(text) as { ok: Json } | { error: Json };
  if ('ok' in outcome) return readOutcome(outcome.ok, hostProgram, 'outcome.ok') as R;
  throw readOutcome(outcome.error, hostProgram, 'outcome.error');
}

function reasonOf(run: StoredRun): Error | null {
  if (run.reason === null) return null;
  const error = readOutcome(JSON.parse(run.reason) as Json, hostProgram, 'reason');
  return error instanceof Error ? error : new PerdureError('run_parked', String(error));
}

function copy(value: unknown, name: string, what: string): Json {
  try {
    return toDocument(value, hostProgram);
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    throw new PerdureError('unstorable', `In ${what}, ${pathWithin(value, name, error.value)}: ${error.message}.`);
  }
}
