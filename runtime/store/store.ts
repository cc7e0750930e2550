/**
 * The store: what the engine asks of the database, each operation one atomic statement.
 *
 * The store knows nothing of programs. A checkpoint is text to it, and stored text is handed out as it is: who
 * parses it also decides what a damaged document means.
 */
import { commitCycle, commitCycles, commitEnds, readHash, writeImage } from './queries/commit-cycles.ts';
import { claimAttempt, markDoubt, readClaims, recordFailure } from './queries/claims.ts';
import { claimRuns } from './queries/claim-runs.ts';
import { findRun, findRunByUid, listRuns } from './queries/find-run.ts';
import { heldRuns, heldRunsWithNews, nextDue, readClock } from './queries/held-runs.ts';
import { listArtifacts, loadArtifact, storeArtifact } from './queries/artifacts.ts';
import { LOG_PAGE, loadLog, loadRun, loadRunAt, readInbox, readLog } from './queries/load-run.ts';
import { parkRun, releaseAll, releaseRun, resumeRun } from './queries/release-run.ts';
import { sendMessage, sendToUid } from './queries/send-message.ts';
import { startRun } from './queries/start-run.ts';
import { buryWorker, freeOrphans, listWorkers, registerWorker, renewLease } from './queries/workers.ts';
import type { Row, Sql, Statement } from './sql.ts';

export type RunStatus = 'running' | 'completed' | 'failed' | 'parked';

export interface StoredRun {
  uid: string;
  id: string;
  workflow: string;
  entry: string;
  artifact: string;
  argsHash: string;
  status: RunStatus;
  /** JSON texts, or null. */
  outcome: string | null;
  reason: string | null;
  mail: number;
  worker: string | null;
  wakeMs: number | null;
  createdMs: number;
  finishedMs: number | null;
  inDoubt: boolean;
  /** Cycles so far; only in lists. */
  seq: number | null;
}

export interface NewRun {
  uid: string;
  id: string;
  workflow: string;
  entry: string;
  artifact: string;
  argsHash: Buffer;
  /** The first log entry. */
  hash: Buffer;
  cause: string;
}

/** One checkpoint, as the store sees it. */
export interface Commit {
  uid: string;
  seq: number;
  prev: Buffer;
  hash: Buffer;
  cause: string;
  delta: string;
  capture: string | null;
  /** Set when the workflow has ended in this cycle, and when the run is over (`status`). */
  end: { status: RunStatus | null; outcome: string | null } | null;
  /** The inbox is consumed up to this number; null: nothing of it. */
  mail: number | null;
  /** Requests whose further claims are settled. */
  settled: number[];
}

export interface ClaimedRun {
  uid: string;
  id: string;
  workflow: string;
  artifact: string;
  mail: number;
}

export interface LogRow {
  seq: number;
  hash: string;
  delta: string;
  cause: string;
}

export interface StoredClaim {
  request: number;
  attempt: number;
  worker: string;
  failure: string | null;
  doubt: boolean;
}

export interface LoadedRun {
  image: { seq: number; state: string } | null;
  log: LogRow[];
  inbox: { n: number; entry: string }[];
  claims: StoredClaim[];
}

export interface StoredWorker {
  id: string;
  host: string;
  boot: string;
  pid: number;
  started: string;
  expired: boolean;
}

export class Store {
  readonly sql: Sql;
  private closing: Promise<void> | null = null;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  private query(statement: Statement, values: unknown[]): Promise<Row[]> {
    return this.sql.query(statement, values);
  }

  async close(): Promise<void> {
    this.closing ??= this.sql.close();
    await this.closing;
  }

  // ——— Runs ———

  /** Starts a run. Returns false if its id is taken. */
  async start(run: NewRun): Promise<boolean> {
    const rows = await this.query(startRun, [
      run.uid,
      run.id,
      run.workflow,
      run.entry,
      run.artifact,
      run.argsHash,
      run.hash,
      run.cause,
    ]);
    return rows.length === 1;
  }

  async find(id: string): Promise<StoredRun | null> {
    const [row] = await this.query(findRun, [id]);
    return row ? toRun(row) : null;
  }

  async findByUid(uid: string): Promise<StoredRun | null> {
    const [row] = await this.query(findRunByUid, [uid]);
    return row ? toRun(row) : null;
  }

  async list(filter: { status?: string; workflow?: string; limit: number }): Promise<StoredRun[]> {
    const rows = await this.query(listRuns, [filter.status ?? null, filter.workflow ?? null, filter.limit]);
    return rows.map(toRun);
  }

  /** Puts an entry into a run's inbox. Returns its number, or null if the run has ended or does not exist. */
  async send(id: string, entry: string): Promise<number | null> {
    const [row] = await this.query(sendMessage, [id, entry]);
    return row ? Number(row.n) : null;
  }

  async sendToUid(uid: string, entry: string): Promise<number | null> {
    const [row] = await this.query(sendToUid, [uid, entry]);
    return row ? Number(row.n) : null;
  }

  // ——— Holding runs ———

  async claim(worker: string, entries: string[], limit: number): Promise<ClaimedRun[]> {
    return (await this.query(claimRuns, [worker, entries, limit])).map(toClaimed);
  }

  /** All runs that a worker holds: for when answers were lost. */
  async heldBy(worker: string): Promise<ClaimedRun[]> {
    return (await this.query(heldRuns, [worker])).map(toClaimed);
  }

  /** Runs that this worker holds and that something has arrived for, with the number of the last arrival. */
  async news(worker: string): Promise<Map<string, number>> {
    const rows = await this.query(heldRunsWithNews, [worker]);
    return new Map(rows.map((row) => [String(row.uid), Number(row.mail)]));
  }

  async load(uid: string): Promise<LoadedRun> {
    const rows = await this.query(loadRun, [uid]);
    const loaded: LoadedRun = { image: null, log: [], inbox: [], claims: [] };
    for (const row of rows) {
      const n = Number(row.n);
      switch (Number(row.part)) {
        case 1:
          loaded.image = { seq: n, state: String(row.a) };
          break;
        case 2:
          loaded.log.push(logRow(row));
          break;
        case 3:
          loaded.inbox.push({ n, entry: String(row.a) });
          break;
        default:
          loaded.claims.push({
            request: n,
            worker: String(row.hash),
            attempt: Number(row.a),
            failure: row.b === null ? null : String(row.b),
            doubt: row.c !== null,
          });
      }
    }
    loaded.claims.sort((a, b) => a.request - b.request || a.attempt - b.attempt);
    for (let page = loaded.log.length; page === LOG_PAGE; ) {
      const more = await this.query(loadLog, [uid, loaded.log.at(-1)!.seq]);
      loaded.log.push(...more.map(logRow));
      page = more.length;
    }
    return loaded;
  }

  /** Image and log up to a cycle. */
  async loadAt(uid: string, seq: number): Promise<Pick<LoadedRun, 'image' | 'log'>> {
    const rows = await this.query(loadRunAt, [uid, seq]);
    const image = rows.find((row) => Number(row.part) === 1);
    return {
      image: image ? { seq: Number(image.n), state: String(image.a) } : null,
      log: rows.filter((row) => Number(row.part) === 2).map(logRow),
    };
  }

  async inboxAfter(uid: string, n: number): Promise<{ n: number; entry: string }[]> {
    const rows = await this.query(readInbox, [uid, n]);
    return rows.map((row) => ({ n: Number(row.n), entry: String(row.entry) }));
  }

  /** Lets a run sleep. Returns false if something has arrived that the worker has not seen. */
  async release(uid: string, worker: string, mailSeen: number, wakeMs: number | null): Promise<boolean> {
    const rows = await this.query(releaseRun, [uid, worker, mailSeen, wakeMs]);
    return rows.length === 1;
  }

  async park(uid: string, worker: string, reason: string): Promise<boolean> {
    const rows = await this.query(parkRun, [uid, worker, reason]);
    return rows.length === 1;
  }

  /** Lets a parked run go on. Returns false if it is not parked. */
  async resume(uid: string): Promise<boolean> {
    const rows = await this.query(resumeRun, [uid]);
    return rows.length === 1;
  }

  async releaseAll(worker: string): Promise<void> {
    await this.query(releaseAll, [worker]);
  }

  // ——— Committing ———

  /** Commits checkpoints. Returns those that went in, as `uid seq`; the others have lost to another worker. */
  async commit(commits: readonly Commit[]): Promise<Set<string>> {
    const rows = await this.query(...commitStatement(commits));
    return new Set(rows.map((row) => `${String(row.uid)} ${Number(row.seq)}`));
  }

  /** The hash of a log entry in hex, or null: for commits whose answer was lost. */
  async hashAt(uid: string, seq: number): Promise<string | null> {
    const [row] = await this.query(readHash, [uid, seq]);
    return row ? String(row.hash) : null;
  }

  async writeImage(uid: string, seq: number, state: string): Promise<void> {
    await this.query(writeImage, [uid, seq, state]);
  }

  async log(uid: string, from: number, limit: number): Promise<(LogRow & { atMs: number; capture: string | null })[]> {
    const rows = await this.query(readLog, [uid, from, limit]);
    return rows.map((row) => ({
      seq: Number(row.seq),
      hash: String(row.hash),
      cause: String(row.cause),
      delta: String(row.delta),
      capture: row.capture === null ? null : String(row.capture),
      atMs: Number(row.at_ms),
    }));
  }

  // ——— Effects ———

  /** Claims a further attempt. Returns false if somebody else has. */
  async claimAttempt(uid: string, request: number, attempt: number, worker: string): Promise<boolean> {
    const rows = await this.query(claimAttempt, [uid, request, attempt, worker]);
    return rows.length === 1;
  }

  async recordFailure(uid: string, request: number, attempt: number, worker: string, failure: string): Promise<void> {
    await this.query(recordFailure, [uid, request, attempt, worker, failure]);
  }

  async markDoubt(uid: string, request: number, attempt: number, worker: string): Promise<void> {
    await this.query(markDoubt, [uid, request, attempt, worker]);
  }

  async claims(uid: string): Promise<(StoredClaim & { atMs: number; doubtMs: number | null })[]> {
    const rows = await this.query(readClaims, [uid]);
    return rows.map((row) => ({
      request: Number(row.request),
      attempt: Number(row.attempt),
      worker: String(row.worker),
      failure: row.failure === null ? null : String(row.failure),
      doubt: row.doubt_ms !== null,
      atMs: Number(row.at_ms),
      doubtMs: row.doubt_ms === null ? null : Number(row.doubt_ms),
    }));
  }

  // ——— Workers, clock, artifacts ———

  async register(worker: Omit<StoredWorker, 'expired'>, leaseMs: number): Promise<void> {
    await this.query(registerWorker, [worker.id, worker.host, worker.boot, worker.pid, worker.started, leaseMs]);
  }

  /** Renews the lease. Returns the database's clock, or null if others think that this worker is gone. */
  async renew(worker: string, leaseMs: number): Promise<number | null> {
    const [row] = await this.query(renewLease, [worker, leaseMs]);
    return row ? Number(row.now_ms) : null;
  }

  async workers(): Promise<StoredWorker[]> {
    const rows = await this.query(listWorkers, []);
    return rows.map((row) => ({
      id: String(row.id),
      host: String(row.host),
      boot: String(row.boot),
      pid: Number(row.pid),
      started: String(row.started),
      expired: row.expired === true,
    }));
  }

  async bury(worker: string): Promise<number> {
    const [row] = await this.query(buryWorker, [worker]);
    return Number(row?.count ?? 0);
  }

  async freeOrphans(): Promise<void> {
    await this.query(freeOrphans, []);
  }

  /** The database's clock, in ms since 1970. */
  async clock(): Promise<number> {
    const [row] = await this.query(readClock, []);
    return Number(row!.now_ms);
  }

  /** ms until the next sleeping run is due, or null if none sleeps. */
  async nextDue(entries: string[]): Promise<number | null> {
    const [row] = await this.query(nextDue, [entries]);
    return row?.in_ms === null || row?.in_ms === undefined ? null : Number(row.in_ms);
  }

  async storeArtifact(hash: string, entry: string, content: string): Promise<void> {
    await this.query(storeArtifact, [hash, entry, content]);
  }

  async loadArtifact(hash: string): Promise<string | null> {
    const [row] = await this.query(loadArtifact, [hash]);
    return row ? String(row.content) : null;
  }

  /** The newest artifact of every entry module. */
  async artifacts(): Promise<{ hash: string; entry: string; content: string }[]> {
    const rows = await this.query(listArtifacts, []);
    return rows.map((row) => ({ hash: String(row.hash), entry: String(row.entry), content: String(row.content) }));
  }
}

const logRow = (row: Row): LogRow => ({
  seq: Number(row.n),
  hash: String(row.hash),
  delta: String(row.a),
  cause: String(row.b),
});

const toClaimed = (row: Row): ClaimedRun => ({
  uid: String(row.uid),
  id: String(row.id),
  workflow: String(row.workflow),
  artifact: String(row.artifact),
  mail: Number(row.mail),
});

function toRun(row: Row): StoredRun {
  const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  const ms = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
  return {
    uid: String(row.uid),
    id: String(row.id),
    workflow: String(row.workflow),
    entry: String(row.entry),
    artifact: String(row.artifact),
    argsHash: String(row.args_hash),
    status: row.status as RunStatus,
    outcome: text(row.outcome),
    reason: text(row.reason),
    mail: Number(row.mail),
    worker: text(row.worker),
    wakeMs: ms(row.wake_ms),
    createdMs: Number(row.created_ms),
    finishedMs: ms(row.finished_ms),
    inDoubt: row.in_doubt === true,
    seq: ms(row.seq),
  };
}

/** The cheapest statement that can carry these checkpoints. */
function commitStatement(commits: readonly Commit[]): [Statement, unknown[]] {
  const plain = commits.every((c) => c.end === null && c.mail === null && c.settled.length === 0);
  const [first] = commits;
  if (plain && commits.length === 1 && first) {
    return [commitCycle, [first.uid, first.seq, first.prev, first.hash, first.cause, first.delta, first.capture]];
  }
  const column = <T>(pick: (commit: Commit) => T): T[] => commits.map(pick);
  const steps = [
    column((c) => c.uid),
    column((c) => c.seq),
    column((c) => c.prev),
    column((c) => c.hash),
    column((c) => c.cause),
    column((c) => c.delta),
    column((c) => c.capture),
  ];
  if (plain) return [commitCycles, steps];
  return [
    commitEnds,
    [
      ...steps,
      column((c) => c.end?.status ?? null),
      column((c) => c.end?.outcome ?? null),
      column((c) => c.mail),
      column((c) => c.settled.join(',')),
    ],
  ];
}
