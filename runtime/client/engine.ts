/**
 * The engine: an app's programs and effects, over a store.
 */
import type { Channel } from '../builtins/waiting.ts';
import { durationMs } from '../builtins/duration.ts';
import { errorDocument } from '../codec/outcome.ts';
import { cancelRun, decide, findRun, resumeRun, sendMessage, startRun, terminateRun, type Decision } from '../control.ts';
import type { Artifact } from '../engine/artifact.ts';
import { checkRunId } from '../engine/run-id.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { hostProgram, publishedOf, workflowOf } from '../publish.ts';
import type { StoredRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { Registry, type Implementation } from '../worker/registry.ts';
import { Worker, type WorkerOptions } from '../worker/worker.ts';
import { cancellationOf, type CancelOptions } from './cancel.ts';
import { copy } from './copy.ts';
import type { Implementations } from './implementations.ts';
import { messageOf, type SendOptions } from './message.ts';
import { RunHandle } from './run-handle.ts';

export interface StartOptions<A extends unknown[]> {
  /** The run's id. Default: a random one. Starting it again with the same arguments gives the same run. */
  id?: string;
  args?: A;
}

export type Resolution = { retry: true } | { result: unknown } | { error: unknown };

export class Engine {
  private readonly store: Store;
  private readonly registry = new Registry();
  private readonly options: WorkerOptions;
  private worker: Worker | null = null;
  private working: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  private closed = false;
  private readonly told = new Set<string>();
  /** Programs that this engine has stored, by hash. */
  private readonly published = new Set<string>();

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
    for (const artifact of this.registry.registered()) await this.storeArtifact(artifact);
  }

  /** Once per engine: a stored program never changes. */
  private async storeArtifact(artifact: Artifact): Promise<void> {
    if (this.published.has(artifact.hash)) return;
    await this.store.artifacts.store(artifact.hash, artifact.entry, JSON.stringify(artifact));
    this.published.add(artifact.hash);
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
    await this.storeArtifact(artifact);
    const worker = this.worker?.takes(artifact.entry) ?? null;
    const { uid, started, held } = await startRun(this.store, { id, workflow: workflowId, program: artifact, args, worker });
    if (held) this.worker!.adoptStarted({ uid, id, workflow: workflowId, artifact: artifact.hash, mail: 0 }, held);
    else if (started) {
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

  /**
   * Asks a run to stop. Its effects under way are aborted; when they have ended a CancelledError is thrown at its awaits, and
   * it ends as its program says. A parked run hears of it when it is resumed. Throws if the run has ended.
   */
  async cancel(run: RunHandle<unknown> | string, options: CancelOptions = {}): Promise<void> {
    this.refuseClosed();
    await cancelRun(this.store, typeof run === 'string' ? run : run.id, cancellationOf(options));
    this.worker?.hint();
  }

  /**
   * Ends a run at once, parked ones too. Nothing of it runs any more; its effects are aborted, what they return is dropped.
   * Throws if the run has ended.
   */
  async terminate(run: RunHandle<unknown> | string, { reason }: { reason?: string } = {}): Promise<void> {
    this.refuseClosed();
    await terminateRun(this.store, typeof run === 'string' ? run : run.id, reason);
    this.worker?.hint();
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
  async send(id: string, channel: Channel | string, message: unknown, options: SendOptions): Promise<boolean> {
    this.refuseClosed();
    const number = await sendMessage(this.store, id, messageOf(channel, message, options));
    this.worker?.hint();
    return number !== null;
  }

  /** @internal Does the worker of this process hold the run? Then it will tell of its end. */
  holds(uid: string): boolean {
    return this.worker?.holds(uid) ?? false;
  }

  /**
   * @internal Resolves when the run may have ended: told by the worker of this process, with the outcome if it has one,
   * or after a while.
   */
  whenEnded(uid: string, afterMs: number): Promise<string | null> {
    return new Promise((resolve) => {
      const stop = this.worker?.onEnd(uid, done);
      const timer = host.after(afterMs, () => done(null));
      function done(outcome: string | null): void {
        stop?.();
        timer.cancel();
        resolve(outcome);
      }
    });
  }

  private refuseClosed(): void {
    if (this.closed) throw new PerdureError('engine_closed', 'The engine is closed.');
  }
}
