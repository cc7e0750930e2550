/**
 * What a scenario is played on: people, who live, and an app whose process dies and is replaced. Once in a simulated world, once
 * over a real database.
 */
import { readFileSync } from 'node:fs';
import type { Engine } from '../../../runtime/client.ts';
import { inspectRun } from '../../../runtime/engine/inspect.ts';
import { host } from '../../../runtime/host.ts';
import { StoreError } from '../../../runtime/store/errors.ts';
import type { StoredRun } from '../../../runtime/store/runs.ts';
import type { Store } from '../../../runtime/store/store.ts';
import { WORKER_DEFAULTS, type WorkerOptions } from '../../../runtime/worker/worker.ts';
import { compileModules } from '../../support/harness.ts';
import { publishAll } from '../../support/publish-all.ts';
import type { FaultyCall, KillableSql } from '../../support/killable.ts';
import type { HandedOn, Outside } from './outside.ts';

// ——— The program ———

const FOLDER = new URL('.', import.meta.url).pathname;
const [compiled] = compileModules(`${FOLDER}features.wf.ts`, { 'features.wf.ts': readFileSync(`${FOLDER}features.wf.ts`, 'utf8') }, FOLDER.replace(/\/$/, ''));
// Without its source map, which would be most of what every start stores.
export const PUBLISHED = publishAll([{ ...compiled!, map: null } as never]);
export const APP = { ...PUBLISHED.exports, $perdure: PUBLISHED } as unknown as Record<string, any>;

/** Runs rest only a moment, so that nearly everything goes through the database. */
export const OPTIONS: WorkerOptions = { ...WORKER_DEFAULTS, pollMs: 80, leaseMs: 500, restMs: 4, runsMax: 20, effectsMax: 3, cautionMs: 0 };

export const SLOW_OPTIONS: WorkerOptions = { ...OPTIONS, pollMs: 400 };

// ——— What goes wrong ———

export type Who = (typeof WHO)[number];

/** One crash point: a call of the app's process, or of people; then a call of the process after that, perhaps. */
export interface Point {
  worker?: FaultyCall;
  successor?: FaultyCall;
  people?: FaultyCall;
}

export interface Played {
  /** How many calls there were: those of the successor until all was over. */
  calls: Record<Who, number>;
  /** Whose faults have not come: there were not as many calls. */
  missed: Who[];
  /** How many attempts were told what those before had reported. */
  told: number;
  /** What is wrong; empty: all is right. */
  wrong: string[];
  trace: string[];
}

const WHO = ['worker', 'successor', 'people'] as const;

export const missedOf = (point: Point, connections: Partial<Record<Who, KillableSql>>): Who[] =>
  WHO.filter((who) => point[who] && !connections[who]?.struck);

export const toldOf = ({ heartbeats }: Outside): number => heartbeats.filter(({ told }) => told !== undefined).length;

// ——— The stage ———

/** Each on a stage of its own: in a world of its own, or under names of its own. */
export interface StageParts {
  engine: Engine;
  store: Store;
  outside: Outside;
  prefix: string;
  /** Closes the engine of the app in an orderly way; another process takes its place. */
  closeWorker(): Promise<void>;
  /** A person is about to decide so. */
  decided(uid: string, request: number, text: string): void;
}

export class Stage {
  readonly engine: Engine;
  readonly store: Store;
  readonly outside: Outside;
  readonly closeWorker: () => Promise<void>;
  private readonly parts: StageParts;
  private over = false;

  constructor(parts: StageParts) {
    this.parts = parts;
    this.engine = parts.engine;
    this.store = parts.store;
    this.outside = parts.outside;
    this.closeWorker = parts.closeWorker;
  }

  id(name: string): string {
    return `${this.parts.prefix}${name}`;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => host.after(ms, resolve));
  }

  /** Makes a call until the database answers it. */
  async insist<T>(body: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await body();
      } catch (error) {
        if (!(error instanceof StoreError) || error.kind === 'refused') throw error;
        await this.pause(3);
      }
    }
  }

  /** Waits until something is so. */
  async until(probe: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await this.insist(async () => probe()))) await this.pause(10);
  }

  /** Waits until all runs are over, and for as long as one that believed to hold them might still do something. */
  async untilAllRests(store: Store): Promise<void> {
    await this.until(async () => (await this.runs(store)).every(({ status }) => status !== 'running'));
    await this.pause(OPTIONS.leaseMs + OPTIONS.pollMs);
  }

  /** Waits until a run waits for something of this name. */
  async untilItWaitsFor(id: string, name: string): Promise<void> {
    await this.until(async () => {
      const run = await this.store.runs.find(id);
      if (!run || run.status !== 'running') return false;
      return (await inspectRun(this.store, run)).requests.some((request) => request.name === name);
    });
  }

  /** How a run has ended, as its handle tells it. */
  async endingOf(id: string): Promise<unknown> {
    const run = await this.insist(() => this.engine.run(id));
    return this.insist(async () => {
      try {
        return await run.result();
      } catch (error) {
        if (error instanceof StoreError) throw error;
        const { name, message, code } = error as Error & { code?: string };
        return { name, is: code ?? message };
      }
    });
  }

  /** Whoever gets a token completes its call, unless it is too late. */
  async completeAll(): Promise<void> {
    for (; !this.over; await this.pause(5)) await Promise.all(this.outside.tokens.splice(0).map((one) => this.complete(one)));
  }

  private async complete({ token, ...call }: HandedOn): Promise<void> {
    const [uid, request] = call.key.split(':') as [string, string];
    const text = `${call.effect} ${call.label}`;
    this.parts.decided(uid, Number(request), text);
    try {
      await this.insist(() => this.engine.complete(token, { result: text }));
      this.outside.happenings.push(call);
    } catch (error) {
      if (!['token_decided', 'token_expired', 'run_ended'].includes((error as { code?: string }).code ?? '')) throw error;
    }
  }

  /** What people do about doubts: they look whether it has happened. */
  async attend(): Promise<void> {
    while (!this.over) {
      for (const run of await this.insist(() => this.runs())) if (run.inDoubt) await this.decide(run);
      await this.pause(40);
    }
  }

  private async decide(run: StoredRun): Promise<void> {
    for (const request of (await this.insist(() => inspectRun(this.store, run))).requests) {
      const effect = request.name.slice(request.name.indexOf('#') + 1);
      if (!request.inDoubt || effect === 'checked') continue;
      const made = this.outside.happenings.find(({ key }) => key === `${run.uid}:${request.number}`);
      const text = made && `${made.effect} ${made.label}`;
      if (text !== undefined) this.parts.decided(run.uid, request.number, text);
      try {
        await this.engine.resolve(run.id, request.number, text === undefined ? { retry: true } : { result: text });
      } catch (error) {
        // The run may have gone on meanwhile, and the store may not answer: the next look tells.
        const { code } = error as { code?: string };
        if (!(error instanceof StoreError) && code !== 'not_in_doubt' && code !== 'run_ended') throw error;
      }
    }
  }

  /** The runs of this stage, those that others have started after them. */
  async runs(store = this.store): Promise<StoredRun[]> {
    const mine = new Set<string>();
    return (await store.runs.list({ limit: 1000 })).reverse().filter(({ id, uid, parent }) => {
      const isMine = id.startsWith(this.parts.prefix) || (parent !== null && mine.has(parent));
      if (isMine) mine.add(uid);
      return isMine;
    });
  }

  end(): void {
    this.over = true;
  }
}
