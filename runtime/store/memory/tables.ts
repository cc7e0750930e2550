/**
 * The tables of the store as Maps: what the migrations make of a database, for one process.
 */
import type { RunStatus } from '../runs.ts';
import { Numbered } from './numbered.ts';

export interface ArtifactRow {
  hash: string;
  entry: string;
  content: string;
  usedAt: number;
}

export interface RunRow {
  uid: string;
  id: string;
  workflow: string;
  entry: string;
  artifact: string;
  /** In hex. */
  argsHash: string;
  status: RunStatus;
  outcome: string | null;
  reason: string | null;
  mail: number;
  /** ms since 1970; infinite while a worker holds it and nothing new has come; null when it has ended. */
  wakeAt: number | null;
  worker: string | null;
  createdAt: number;
  finishedAt: number | null;
  priority: number;
  startAt: number | null;
  turn: { key: string; limit: number } | null;
  debounce: string | null;
  replacedBy: string | null;
  tags: Record<string, string>;
  losses: number;
  lostAt: number | null;
  parent: string | null;
  request: number | null;
  owes: boolean;
  orphans: boolean;
}

export interface LogRow {
  /** In hex. */
  hash: string;
  at: number;
  cause: string;
  delta: string;
  capture: string | null;
}

export interface ClaimRow {
  request: number;
  attempt: number;
  worker: string;
  at: number;
  failure: string | null;
  doubt: number | null;
  retryAt: number | null;
  heartbeat: string | null;
  heartbeatAt: number | null;
  trouble: string | null;
  toPerson: boolean;
  granted: boolean;
}

export interface TokenRow {
  request: number;
  attempt: number;
  effect: string;
  /** In hex. */
  hash: string;
  expiresAt: number | null;
  decidedAt: number | null;
  decision: string | null;
}

export interface WorkerRow {
  id: string;
  host: string;
  boot: string;
  pid: number;
  started: string;
  leaseUntil: number;
  serves: string[];
}

export interface ErrandRow {
  uid: string;
  request: number;
  attempt: number;
  run: string;
  effect: string;
  args: string;
  askedAt: number;
  queue: string;
  lane: string;
  priority: number;
  readyAt: number;
  beganAt: number | null;
  worker: string | null;
  grantedAt: number | null;
  idempotent: boolean;
  doubt: boolean;
  told: boolean;
}

export interface LimitRow {
  concurrency: number | null;
  rate: number | null;
  perMs: number | null;
}

/** A question or a message, by its channel and key. */
export const channelKey = (channel: string, key: string): string => JSON.stringify([channel, key]);

/** An errand, by the request that it is for. */
export const errandKey = (uid: string, request: number): string => `${uid}:${request}`;

/** Is it not over? */
export const isOpen = ({ status }: RunRow): boolean => ['pending', 'running', 'parked'].includes(status);

/** Runs by uid and by id (the one that has it now); those that may need a worker are at hand. */
export class RunTable {
  readonly byUid = new Map<string, RunRow>();
  readonly byId = new Map<string, RunRow>();
  /** Runs with a moment to wake at: all but the ended and the parked ones. */
  readonly waking = new Set<RunRow>();

  /** When the youngest was started: of two runs, the later is younger by a microsecond at least. */
  private youngest = 0;

  insert(run: RunRow): void {
    this.youngest = run.createdAt = Math.max(run.createdAt, this.youngest + 0.001);
    this.byUid.set(run.uid, run);
    this.byId.set(run.id, run);
    this.change(run, {});
  }

  change(run: RunRow, changes: Partial<RunRow>): void {
    Object.assign(run, changes);
    if (run.wakeAt === null) this.waking.delete(run);
    else this.waking.add(run);
  }

  /** Lets a run go whose worker is gone: it is due at once, unless it has ended. */
  free(run: RunRow, now: number): void {
    this.change(run, { worker: null, wakeAt: run.status === 'running' ? now : null });
  }

  /** Those that have not begun, in the order of their starts. */
  pending(): RunRow[] {
    return [...this.byUid.values()].filter((run) => run.status === 'pending');
  }

  delete(run: RunRow): void {
    this.change(run, { wakeAt: null });
    this.byUid.delete(run.uid);
    if (this.byId.get(run.id) === run) this.byId.delete(run.id);
  }

  /** Gives the id of a run up, for the run that takes it. */
  replace(run: RunRow, by: string): void {
    run.replacedBy = by;
    this.byId.delete(run.id);
  }

  heldBy(worker: string): RunRow[] {
    return [...this.waking].filter((run) => run.worker === worker);
  }
}

/** Rows of a table by the run they belong to. */
export class PerRun<T> {
  private readonly byUid = new Map<string, T>();
  private readonly make: () => T;

  constructor(make: () => T) {
    this.make = make;
  }

  of(uid: string): T {
    let rows = this.byUid.get(uid);
    if (rows === undefined) this.byUid.set(uid, (rows = this.make()));
    return rows;
  }

  delete(uid: string): void {
    this.byUid.delete(uid);
  }

  /** All rows, each with its run. */
  entries(): [uid: string, row: T extends readonly (infer R)[] ? R : never][] {
    return [...this.byUid].flatMap(([uid, rows]) => [...(rows as Iterable<never>)].map((row): [string, never] => [uid, row]));
  }
}

export interface ScheduleRow {
  id: string;
  spec: string;
  entry: string;
  paused: boolean;
  nextAt: number | null;
  lastAt: number | null;
  lastRun: string | null;
  skipped: number;
}

export class Tables {
  readonly schedules = new Map<string, ScheduleRow>();
  readonly artifacts = new Map<string, ArtifactRow>();
  readonly runs = new RunTable();
  readonly log = new PerRun(() => new Numbered<LogRow>());
  readonly images = new PerRun(() => new Numbered<string>());
  readonly inbox = new PerRun(() => new Numbered<string>());
  /** Channels and keys of messages that were sent, as text. */
  readonly sent = new PerRun(() => new Set<string>());
  /** Questions and their answers, or null. */
  readonly asks = new PerRun(() => new Map<string, string | null>());
  /** In the order in which they were made. */
  readonly claims = new PerRun(() => [] as ClaimRow[]);
  readonly tokens = new PerRun(() => [] as TokenRow[]);
  /** Runs that are gone, of which rows are left. */
  readonly remains = new Set<string>();
  readonly workers = new Map<string, WorkerRow>();
  /** By `errandKey`. */
  readonly errands = new Map<string, ErrandRow>();
  readonly limits = new Map<string, LimitRow>();
  /** When attempts were granted that count for the rate of a lane, and how many. */
  readonly lanes = new Map<string, { at: number; n: number }[]>();
  readonly formerWorkers = new Map<string, { host: string; pid: number; buriedAt: number | null }>();
  /** The run that holds a place, by key and place. */
  readonly turns = new Map<string, Map<number, string>>();
  /** The database's clock: ms since 1970. */
  readonly now: () => number;
  /** Has a transaction locked this run that is none of these statements? Here there is none; a simulation says otherwise. */
  isLocked: (uid: string) => boolean = () => false;

  constructor(now: () => number) {
    this.now = now;
  }

  /** A worker goes, and is remembered. Returns false if there is none. */
  removeWorker(id: string, isBuried: boolean): boolean {
    const worker = this.workers.get(id);
    if (worker) this.formerWorkers.set(id, { host: worker.host, pid: worker.pid, buriedAt: isBuried ? this.now() : null });
    return this.workers.delete(id);
  }
}
