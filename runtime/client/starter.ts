/**
 * Starts runs for an engine: takes the workflow, its program and the options apart, and stores the program first.
 */
import type { Channel } from '../builtins/waiting.ts';
import { sendWithStart, startRun, startRuns, type NewRun, type OnConflict, type Started, type Begin, type Workflow } from '../control/start.ts';
import type { Onto } from '../control/move.ts';
import type { Artifact } from '../engine/artifact.ts';
import { checkRunId } from '../engine/run-id.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { workflowOf } from '../publish.ts';
import type { Store } from '../store/store.ts';
import type { Registry } from '../worker/registry.ts';
import { copy } from './copy.ts';
import { messageOf, type SendOptions } from './message.ts';
import { admissionOf, argsOf, KEYS, manyConflictOf, onConflictOf, sendConflictOf, type AnyOptions } from './start-options.ts';

/** How long a program that was stored is certainly there: pruning leaves it alone for much longer. */
const STORED_MS = 3_600_000;

export type AnyWorkflow<A extends unknown[], R> = (...args: A) => Promise<R>;

export class Starter {
  private readonly store: Store;
  private readonly registry: Registry;
  /** Programs that this process has stored, and when, by the monotonic clock. */
  private readonly stored = new Map<string, number>();
  /** Starts that have no answer yet. */
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(store: Store, registry: Registry) {
    this.store = store;
    this.registry = registry;
  }

  /**
   * Resolves when all starts that are under way have an answer. An app may close its engine while a request starts a run: without an id it
   * could not do so again.
   */
  async whenIdle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  /** Stores the program first. */
  private async starting<T>(program: Artifact, start: () => Promise<T>): Promise<T> {
    const answer = this.storeProgram(program).then(start);
    this.underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.underWay.delete(answer);
    }
  }

  /** `begin` begins it before it is stored, if it can. */
  async start(workflow: unknown, options: AnyOptions, begin: Begin): Promise<Started> {
    const of = this.workflow(workflow);
    const run = newRun(of, options, KEYS.start);
    const onConflict = onConflictOf(options);
    return this.starting(of.program, () => startRun(this.store, of, run, { onConflict, begin }));
  }

  /** Through another store: a transaction of the app's own. */
  async startIn(store: Store, workflow: unknown, options: AnyOptions): Promise<Started> {
    const of = this.workflow(workflow, '`startIn`');
    const run = newRun(of, options, KEYS.start);
    const onConflict = onConflictOf(options);
    await this.storeProgram(of.program);
    return startRun(store, of, run, { onConflict });
  }

  async startMany(workflow: unknown, list: readonly AnyOptions[], options: { onConflict?: OnConflict }): Promise<Started[]> {
    const of = this.workflow(workflow, '`startMany`');
    const onConflict = manyConflictOf(list, options);
    const runs = list.map((one, i) => inList(i, () => newRun(of, one, KEYS.many)));
    return this.starting(of.program, () => startRuns(this.store, of, runs, onConflict));
  }

  async sendWithStart(
    workflow: unknown,
    options: AnyOptions & { id: string },
    channel: Channel | string,
    message: unknown,
    sendOptions: SendOptions,
  ): Promise<Started & { sent: boolean }> {
    const of = this.workflow(workflow, '`sendWithStart`');
    const run = newRun(of, options, KEYS.sendWithStart);
    const onConflict = sendConflictOf(options);
    const sent = messageOf(channel, message, sendOptions);
    return this.starting(of.program, () => sendWithStart(this.store, of, { ...run, id: options.id }, sent, onConflict));
  }

  private workflow(workflow: unknown, to?: string): Workflow & { program: Artifact } {
    const { module, id } = workflowOf(workflow, to);
    return { workflow: id, program: this.registry.registerRunnable(module) };
  }

  async storeProgramOf(workflow: unknown): Promise<Artifact> {
    const { program } = this.workflow(workflow);
    await this.storeProgram(program);
    return program;
  }

  /** The version that this app has of a workflow's program, for runs that shall go on with it. */
  async ontoOf(workflow: unknown): Promise<{ onto?: Onto }> {
    if (workflow === undefined) return {};
    const of = this.workflow(workflow, '`onto`');
    await this.storeProgram(of.program);
    return { onto: of };
  }

  /** The entry module of a workflow's program. */
  entryOf(workflow: unknown): string {
    return workflowOf(workflow).module.manifest.id;
  }

  async storeProgram(program: Artifact): Promise<void> {
    const now = host.monotonic();
    if (now - (this.stored.get(program.hash) ?? Number.NEGATIVE_INFINITY) < STORED_MS) return;
    await this.store.artifacts.store(program.hash, program.entry, JSON.stringify(program));
    this.stored.set(program.hash, now);
  }
}

/** What is wrong with one of many says with which: there may be thousands. */
function inList<T>(i: number, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof PerdureError ? new PerdureError(error.code, `[${i}] of the list of \`startMany\`: ${error.message}`) : error;
  }
}

/** `keys` are the options that there are. */
function newRun({ workflow }: Workflow, options: AnyOptions, keys: readonly string[]): NewRun {
  const admission = admissionOf(options, keys);
  const { id } = options;
  if (id !== undefined) checkRunId(id);
  return { ...(id === undefined ? {} : { id }), args: copy(argsOf(options.args), 'args', `the arguments of ${workflow}`), ...admission };
}
