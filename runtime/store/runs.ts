/**
 * The table of runs: who holds which, and what became of them.
 */
import { claimRuns } from './queries/claim-runs.ts';
import { findRun, findRunByUid, listRuns } from './queries/find-run.ts';
import { heldRuns, heldRunsWithNews, nextDue } from './queries/held-runs.ts';
import { parkRun, releaseRun, resumeRun } from './queries/release-run.ts';
import { startRun } from './queries/start-run.ts';
import type { Row, Sql } from './sql.ts';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'parked';

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
  /** The worker that holds it from its start. Default: none. */
  worker?: string | null;
}

export interface ClaimedRun {
  uid: string;
  id: string;
  workflow: string;
  artifact: string;
  mail: number;
}

export class Runs {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Starts a run. Returns null if its id is taken; else whether the worker that was named holds it. */
  async start(run: NewRun): Promise<{ held: boolean } | null> {
    const [row] = await this.sql.query(startRun, [
      run.uid,
      run.id,
      run.workflow,
      run.entry,
      run.artifact,
      run.argsHash,
      run.hash,
      run.cause,
      run.worker ?? null,
    ]);
    return row ? { held: row.worker !== null } : null;
  }

  async find(id: string): Promise<StoredRun | null> {
    const [row] = await this.sql.query(findRun, [id]);
    return row ? toRun(row) : null;
  }

  async findByUid(uid: string): Promise<StoredRun | null> {
    const [row] = await this.sql.query(findRunByUid, [uid]);
    return row ? toRun(row) : null;
  }

  async list(filter: { status?: string; workflow?: string; limit: number }): Promise<StoredRun[]> {
    const rows = await this.sql.query(listRuns, [filter.status ?? null, filter.workflow ?? null, filter.limit]);
    return rows.map(toRun);
  }

  async claim(worker: string, entries: string[], limit: number): Promise<ClaimedRun[]> {
    return (await this.sql.query(claimRuns, [worker, entries, limit])).map(toClaimed);
  }

  /** All runs that a worker holds: for when answers were lost. */
  async heldBy(worker: string): Promise<ClaimedRun[]> {
    return (await this.sql.query(heldRuns, [worker])).map(toClaimed);
  }

  /** Runs that this worker holds and that something has arrived for. Those that have ended it holds no longer. */
  async news(worker: string): Promise<{ uid: string; status: RunStatus }[]> {
    const rows = await this.sql.query(heldRunsWithNews, [worker]);
    return rows.map((row) => ({ uid: String(row.uid), status: row.status as RunStatus }));
  }

  /** Lets a run sleep. Returns false if something has arrived that the worker has not seen. */
  async release(uid: string, worker: string, mailSeen: number, wakeMs: number | null): Promise<boolean> {
    const rows = await this.sql.query(releaseRun, [uid, worker, mailSeen, wakeMs]);
    return rows.length === 1;
  }

  async park(uid: string, worker: string, reason: string): Promise<boolean> {
    const rows = await this.sql.query(parkRun, [uid, worker, reason]);
    return rows.length === 1;
  }

  /** Lets a parked run go on. Returns false if it is not parked. */
  async resume(uid: string): Promise<boolean> {
    const rows = await this.sql.query(resumeRun, [uid]);
    return rows.length === 1;
  }

  /** ms until the next sleeping run is due, or null if none sleeps. */
  async nextDue(entries: string[]): Promise<number | null> {
    const [row] = await this.sql.query(nextDue, [entries]);
    return row?.in_ms === null || row?.in_ms === undefined ? null : Number(row.in_ms);
  }
}

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
