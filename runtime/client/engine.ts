/**
 * The engine: an app's programs and effects, over a store.
 */
import type { Channel } from '../builtins/waiting.ts';
import { isUnsafe } from '../codec/format.ts';
import { cancelRun, decide, findRun, isMissing, resumeRun, sendMessage, type RunName } from '../control.ts';
import { completeToken } from '../control/complete.ts';
import { cancelRuns, resumeRuns, terminateRuns } from '../control/many.ts';
import { resumeOnto } from '../control/move.ts';
import { retryRun, retryRuns } from '../control/retry.ts';
import { prune, type Pruned } from '../control/prune.ts';
import { Queries } from '../control/query.ts';
import { pauseSchedule, putSchedule, removeSchedule, triggerSchedule } from '../control/schedule.ts';
import type { OnConflict, Started } from '../control/start.ts';
import { terminateRun } from '../control/terminate.ts';
import { Options } from '../engine/options.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { publishedOf } from '../publish.ts';
import { ClientSql, type SqlClient } from '../store/client-sql.ts';
import type { RunOutcome, StoredRun } from '../store/runs.ts';
import { Store } from '../store/store.ts';
import { checkQueue } from '../worker/effects/limits.ts';
import { Registry, type Implementation, type ServedImplementation } from '../worker/registry.ts';
import { Worker, type WorkerOptions } from '../worker/worker.ts';
import { ask, askingOf, type AskOptions, type QuestionsOf } from './ask.ts';
import { checkResume, checkRetry, type ResumeOptions, type RetryOptions } from './going-on.ts';
import { cancellationOf, terminationOf, type CancelOptions, type TerminateOptions } from './cancel.ts';
import { copy } from './copy.ts';
import { filterOf, pageOf, sharpFilterOf, type ListOptions, type RunFilter, type RunPage } from './filter.ts';
import { completionOf, decisionOf, type Completion, type Resolution } from './decision.ts';
import type { AnyModule, Implementations, ServedImplementations, ServeOptions } from './implementations.ts';
import { messageOf, type ChannelOf, type SendOptions } from './message.ts';
import { answerOf, checkImported, queryName, type QueryOf } from './query.ts';
import { Outcomes } from './outcomes.ts';
import { pruningOf, type PruneOptions } from './retention.ts';
import { RunHandle, statusOf } from './run-handle.ts';
import { scheduleSpec, scheduleState, type ScheduleOptions, type ScheduleState } from './schedules.ts';
import type { ManyOptions, OptionsArgument, SendWithStartOptions, StartOptions } from './start-options.ts';
import { Starter, type AnyWorkflow } from './starter.ts';

export class Engine {
  private readonly store: Store;
  private readonly registry = new Registry();
  private readonly starter: Starter;
  private readonly options: WorkerOptions;
  private readonly queries: Queries;
  private readonly outcomes: Outcomes;
  private worker: Worker | null = null;
  private working: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  private closed = false;
  private readonly told = new Set<string>();

  constructor(store: Store, options: WorkerOptions) {
    this.store = store;
    this.options = options;
    this.starter = new Starter(store, this.registry);
    this.outcomes = new Outcomes(store);
    this.queries = new Queries(store, { limitMs: options.limits.cycleMs, check: checkImported, print: (level, line) => host.print(level, [line]) });
  }

  /** Implements the effects of a workflow module. Throws if one is not declared there. */
  provide<M extends object>(module: M, implementations: Implementations<M>): this {
    this.refuseClosed();
    this.registry.provide(publishedOf(module), implementations as Record<string, Implementation>);
    this.checkTransactions();
    return this;
  }

  /**
   * Makes the effects of a queue: those that an app provides with `queue`, wherever its workers are. Their names are those within
   * the workflow module, or `module#name` where several modules have the same. The programs need not be known here. It
   * begins with `work()`. They are typed by the workflow module if that is given as a type, and else by nothing.
   */
  serve(queue: string, implementations: ServedImplementations<AnyModule>, options?: ServeOptions): this;
  serve<M = never>(queue: string, implementations: ServedImplementations<M>, options?: ServeOptions): this;
  serve(queue: string, implementations: object, options: ServeOptions = {}): this {
    this.refuseClosed();
    new Options('serve', 'Wrong options of `serve`').checkKeys(options, ['concurrency']);
    const { concurrency } = options;
    const wrong = (why: string): never => {
      throw new PerdureError('serve', why);
    };
    if (this.working) wrong('`serve` comes before `work`.');
    checkQueue(queue, (why) => wrong(`The name of a queue ${why}.`));
    if (concurrency !== undefined && (!Number.isInteger(concurrency) || concurrency < 1)) wrong(`The concurrency of the queue '${queue}' must be a whole number from 1 on.`);
    this.registry.serve(queue, implementations as Record<string, ServedImplementation>, concurrency);
    this.checkTransactions();
    return this;
  }

  private checkTransactions(): void {
    const transactions = this.registry.transactions();
    if (transactions.length === 0 || this.store.sql.transaction) return;
    throw new PerdureError('transactions_missing', `${transactions.join(', ')}: effects that are transactions need PostgreSQL, or an embedded store in a directory.`);
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
    for (const artifact of this.registry.registered()) await this.starter.storeProgram(artifact);
  }

  /**
   * Starts a run of a workflow. With an id that is taken: the same run, if workflow and arguments are the same;
   * otherwise a PerdureError with code `run_exists`. `onConflict` says it otherwise.
   */
  async start<A extends unknown[], R, const S extends readonly unknown[] = readonly any[]>(
    workflow: AnyWorkflow<A, R>,
    ...[options = {} as StartOptions<A, S>]: OptionsArgument<A, StartOptions<A, S>>
  ): Promise<RunHandle<R>> {
    this.refuseClosed();
    const run = await this.starter.start(workflow, options, (row) => this.worker?.begin(row) ?? null);
    return run.begun ? new RunHandle<R>(this, run.id, run.uid) : this.handle<R>(workflow, run);
  }

  /**
   * Starts a run inside a transaction of the app: it is there when the app commits, and otherwise never was. `client` is
   * the connection that the transaction is on, to the database of this engine.
   */
  async startIn<A extends unknown[], R, const S extends readonly unknown[] = readonly any[]>(
    client: SqlClient,
    workflow: AnyWorkflow<A, R>,
    ...[options = {} as StartOptions<A, S>]: OptionsArgument<A, StartOptions<A, S>>
  ): Promise<RunHandle<R>> {
    this.refuseClosed();
    const { id, uid } = await this.starter.startIn(storeOn(client), workflow, options);
    return new RunHandle<R>(this, id, uid);
  }

  /** Starts many runs of a workflow, in few statements. Ids that are taken by something else are reported together. */
  async startMany<A extends unknown[], R>(
    workflow: AnyWorkflow<A, R>,
    runs: readonly ManyOptions<A>[],
    options: { onConflict?: OnConflict } = {},
  ): Promise<RunHandle<R>[]> {
    this.refuseClosed();
    const started = await this.starter.startMany(workflow, runs, options);
    return started.map((run) => this.handle<R>(workflow, run));
  }

  /**
   * Sends a message to the run of an id, and starts the run with it if there is none: whoever comes first. The
   * arguments count only for a start.
   */
  async sendWithStart<A extends unknown[], R, T, const S extends readonly unknown[] = readonly any[]>(
    workflow: AnyWorkflow<A, R>,
    options: SendWithStartOptions<A, S>,
    channel: ChannelOf<T> | string,
    message: NoInfer<T>,
    sendOptions: SendOptions = {},
  ): Promise<RunHandle<R>> {
    this.refuseClosed();
    const run = await this.starter.sendWithStart(workflow, options, channel as unknown as Channel | string, message, sendOptions);
    if (run.sent) this.worker?.sent(run.uid);
    return this.handle<R>(workflow, run);
  }

  private handle<R>(workflow: unknown, { id, uid, started }: Started): RunHandle<R> {
    if (started) {
      this.tellIfElsewhere(id, this.starter.entryOf(workflow));
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

  /**
   * Sends a message inside a transaction of the app. Returns false if one with this key was sent there before. A run that
   * the same transaction has started is named by its handle.
   */
  async sendIn<T>(
    client: SqlClient,
    run: RunHandle<unknown> | string,
    channel: ChannelOf<T> | string,
    message: NoInfer<T>,
    options: SendOptions = {},
  ): Promise<boolean> {
    this.refuseClosed();
    const sent = messageOf(channel as unknown as Channel | string, message, options);
    return (await sendMessage(storeOn(client), nameOf(run), sent)) !== null;
  }

  /** A handle on a run that was started before, by its id; or by its uid, if another run has taken the id. Throws if there is none. */
  async run<R = unknown>(id: string): Promise<RunHandle<R>> {
    const run = await this.stored(nameOf(id));
    return new RunHandle<R>(this, run.id, run.uid);
  }

  /**
   * Sends a question into one of the run's channels, and waits for the answer: what the workflow gives to its `reply`. Rejects
   * with what it refuses it with, with `no_reply` if the run ends without answering, and with `ask_timeout`.
   */
  async ask<M, A>(run: RunHandle<unknown> | string, channel: QuestionsOf<M, A> | string, message: NoInfer<M>, options: AskOptions = {}): Promise<A> {
    this.refuseClosed();
    const { timeoutMs, own } = askingOf(options);
    const question = messageOf(channel as unknown as Channel | string, message, own);
    return ask<A>(this.store, { worker: this.worker, refuseClosed: () => this.refuseClosed() }, nameOf(run), question, timeoutMs);
  }

  /**
   * Asks a query of a run, or the query of this name: what its function returns, called on the state of the last
   * checkpoint. The run is not woken. Rejects with what it throws.
   */
  async query<A extends unknown[], R>(run: RunHandle<unknown> | string, query: QueryOf<A, R> | string, ...args: A): Promise<R> {
    this.refuseClosed();
    const given = copy(args, 'args', `the arguments of the query`);
    return answerOf<R>(await this.queries.ask(nameOf(run), queryName(query), given));
  }

  /** Decides what becomes of an effect in doubt: another attempt, a result, or an error thrown at its `await`. */
  async resolve(run: RunHandle<unknown> | string, effect: number | string, resolution: Resolution): Promise<void> {
    const stored = await this.stored(nameOf(run));
    await decide(this.store, stored, effect, decisionOf(resolution));
    this.worker?.hint();
  }

  /**
   * Completes an effect that waits for whoever has its token (`effectContext().later()`). Returns false if it was completed
   * just so before. Throws `token_decided` if otherwise, and `token_expired`.
   */
  async complete(token: string, completion: Completion): Promise<boolean> {
    this.refuseClosed();
    const isNew = await completeToken(this.store, token, completionOf(completion));
    this.worker?.hint();
    return isNew;
  }

  /** The same inside a transaction of the app: the effect ends when the app commits, and otherwise nothing has happened. */
  async completeIn(client: SqlClient, token: string, completion: Completion): Promise<boolean> {
    this.refuseClosed();
    return completeToken(storeOn(client), token, completionOf(completion));
  }

  /**
   * Asks a run to stop. Its effects under way are aborted; when they have ended a CancelledError is thrown at its awaits, and
   * it ends as its program says. A parked run hears of it when it is resumed. Throws if the run has ended.
   */
  async cancel(run: RunHandle<unknown> | string, options: CancelOptions = {}): Promise<void> {
    this.refuseClosed();
    await cancelRun(this.store, nameOf(run), cancellationOf(options));
    this.worker?.hint();
  }

  /**
   * Ends a run at once, parked ones too. Nothing of it runs any more; its effects are aborted, what they return is dropped.
   * Throws if the run has ended.
   */
  async terminate(run: RunHandle<unknown> | string, options: TerminateOptions = {}): Promise<void> {
    this.refuseClosed();
    await terminateRun(this.store, nameOf(run), terminationOf(options));
    this.worker?.hint();
  }

  /**
   * Lets a failed run go on from its last cycle before it failed, or from an earlier one: effects that have failed since
   * are attempted again, results and messages that have come since arrive again. Returns the cycle. With `onto` it goes on with its
   * program as this app has it now, if that fits (docs/engine.md#corrected-workflows); throws `does_not_fit` if not.
   */
  async retry(run: RunHandle<unknown> | string, options: RetryOptions = {}): Promise<number> {
    this.refuseClosed();
    checkRetry(options);
    const { from, onto } = options;
    const cycle = await retryRun(this.store, nameOf(run), { from, ...(await this.starter.ontoOf(onto)) });
    this.worker?.hint();
    return cycle;
  }

  // ——— Many runs ———

  /** Runs that a filter lets through, newest first, a page at a time. */
  async list(options: ListOptions = {}): Promise<RunPage> {
    this.refuseClosed();
    const page = pageOf(options);
    const runs = await this.store.runs.list(page);
    return { runs: runs.map(statusOf), cursor: runs.length === page.limit ? runs.at(-1)!.cursor : null };
  }

  /** Lets the parked runs go on that a filter lets through. Returns how many. */
  async resumeMany(filter: RunFilter): Promise<number> {
    this.refuseClosed();
    const count = await resumeRuns(this.store, filterOf(filter));
    this.worker?.hint();
    return count;
  }

  /** Retries the failed runs that a filter lets through. Returns how many. */
  async retryMany(filter: RunFilter): Promise<number> {
    this.refuseClosed();
    const count = await retryRuns(this.store, filterOf(filter));
    this.worker?.hint();
    return count;
  }

  /** Cancels the runs that a filter lets through and that are not over. Returns how many were asked to stop. */
  async cancelMany(filter: RunFilter, options: CancelOptions = {}): Promise<number> {
    this.refuseClosed();
    const count = await cancelRuns(this.store, sharpFilterOf(filter), cancellationOf(options));
    this.worker?.hint();
    return count;
  }

  /** Terminates the runs that a filter lets through and that are not over. Returns how many. */
  async terminateMany(filter: RunFilter, options: TerminateOptions = {}): Promise<number> {
    this.refuseClosed();
    const count = await terminateRuns(this.store, sharpFilterOf(filter), terminationOf(options));
    this.worker?.hint();
    return count;
  }

  /**
   * Lets a parked run go on from its last checkpoint; with `onto` with its program as this app has it now, if that fits. Throws `not_parked`,
   * `does_not_fit`.
   */
  async resume(run: RunHandle<unknown> | string, options: ResumeOptions = {}): Promise<void> {
    this.refuseClosed();
    checkResume(options);
    const { onto } = await this.starter.ontoOf(options.onto);
    if (onto) await resumeOnto(this.store, nameOf(run), onto);
    else await resumeRun(this.store, nameOf(run));
    this.worker?.hint();
  }

  /** Lets runs go for good that have been over for a while, and programs that nobody needs. Returns how many. */
  async prune(options: PruneOptions): Promise<Pruned> {
    this.refuseClosed();
    const { policy, only, dryRun } = pruningOf(options);
    return prune(this.store, policy, only, { dryRun, onRound: () => this.refuseClosed() });
  }

  // ——— Schedules ———

  /**
   * Begins a run at every tick of a cron expression: one, however many workers there are. The same schedule again changes
   * nothing; another one under the same id takes its place. Throws `schedule`.
   */
  async schedule<A extends unknown[], R>(id: string, options: ScheduleOptions<A, R>): Promise<void> {
    this.refuseClosed();
    const spec = scheduleSpec(options);
    const program = await this.starter.storeProgramOf(options.workflow);
    await putSchedule(this.store, id, spec, program.entry);
    this.worker?.hint(true);
  }

  /** Takes a schedule away. Its runs go on. Throws `schedule_missing`, as all that name one. */
  async unschedule(id: string): Promise<void> {
    this.refuseClosed();
    await removeSchedule(this.store, id);
  }

  async schedules(): Promise<ScheduleState[]> {
    this.refuseClosed();
    return (await this.store.schedules.list()).map(scheduleState);
  }

  /** Ticks that come while it is paused are never made. */
  async pauseSchedule(id: string): Promise<void> {
    this.refuseClosed();
    await pauseSchedule(this.store, id, true);
  }

  async resumeSchedule(id: string): Promise<void> {
    this.refuseClosed();
    await pauseSchedule(this.store, id, false);
    this.worker?.hint(true);
  }

  /** Begins a run of a schedule now, whatever its clock says. */
  async triggerSchedule<R = unknown>(id: string): Promise<RunHandle<R>> {
    this.refuseClosed();
    const run = await triggerSchedule(this.store, id);
    this.worker?.hint();
    return new RunHandle<R>(this, run.id, run.uid);
  }

  /** Finishes the cycles in hand, waits for effects under way (at most `deadline`), and releases everything. */
  async close(options: { deadline?: number | string } = {}): Promise<void> {
    const given = new Options('options', 'Wrong options of `close`');
    given.checkKeys(options, ['deadline']);
    const deadlineMs = given.durationOrNull('deadline', options.deadline) ?? CLOSE_MS;
    this.closing ??= this.end(deadlineMs);
    await this.closing;
  }

  private async end(deadlineMs: number): Promise<void> {
    this.closed = true;
    await this.working?.catch(() => {});
    await this.worker?.close(deadlineMs);
    await this.starter.whenIdle();
    await this.store.close();
  }

  // ——— For handles ———

  /** @internal */
  async stored(name: RunName): Promise<StoredRun> {
    this.refuseClosed();
    return findRun(this.store, name);
  }

  /** @internal */
  async outcome(run: { id: string; uid: string }): Promise<RunOutcome> {
    this.refuseClosed();
    return this.outcomes.of(run);
  }

  /** @internal */
  async send(to: RunName, channel: Channel | string, message: unknown, options: SendOptions): Promise<boolean> {
    this.refuseClosed();
    const number = await sendMessage(this.store, to, messageOf(channel, message, options));
    if ('uid' in to) this.worker?.sent(to.uid);
    else this.worker?.hint();
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
      const stop = this.worker?.ends.add(uid, done);
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

/** How long `close` waits for effects under way. */
const CLOSE_MS = 30_000;

/** Throws `run_missing` for what no run can be called: the database would not even take the question. */
function nameOf(run: RunHandle<unknown> | string): RunName {
  if (typeof run === 'string') {
    if (isUnsafe(run)) throw isMissing(run);
    return { id: run };
  }
  if (typeof run?.uid === 'string') return { uid: run.uid, id: run.id };
  throw new PerdureError('options', 'A run is named by its id, or by the handle that `await engine.start(…)` gives.');
}

function storeOn(client: SqlClient): Store {
  if (typeof client?.query === 'function') return new Store(new ClientSql(client));
  throw new PerdureError('options', 'The first argument is the connection of your transaction: a client of `pg`, or what has its `query(text, values)`.');
}
