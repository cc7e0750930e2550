/**
 * Workers that are alive, by the database's clock.
 */
import { releaseAll } from './queries/release-run.ts';
import { buryWorker, findWorker, freeOrphans, listWorkers, registerWorker, renewLease } from './queries/workers.ts';
import type { Sql, Statement } from './sql.ts';

export interface StoredWorker {
  id: string;
  host: string;
  boot: string;
  pid: number;
  started: string;
  expired: boolean;
}

/** What a worker holds: how many runs, and the sum of the numbers of what has arrived for them last. */
export interface Holdings {
  runs: number;
  mail: number;
}

export interface Renewal {
  /** The database's clock, in ms since 1970. */
  nowMs: number;
  holdings: Holdings;
}

export class Workers {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** `serves`: queues whose effects it makes. Returns how many ms ago a worker was buried last; null: nobody remembers one. */
  async register(worker: Omit<StoredWorker, 'expired'>, leaseMs: number, serves: readonly string[] = []): Promise<number | null> {
    const [row] = await this.sql.query(registerWorker, [worker.id, worker.host, worker.boot, worker.pid, worker.started, leaseMs, serves]);
    return row!.ago_ms === null ? null : Number(row!.ago_ms);
  }

  /** Renews the lease. Null: others think that this worker is gone. */
  async renew(worker: string, leaseMs: number): Promise<Renewal | null> {
    const [row] = await this.sql.query(renewLease, [worker, leaseMs]);
    return row ? { nowMs: Number(row.now_ms), holdings: { runs: Number(row.runs), mail: Number(row.mail) } } : null;
  }

  async list(): Promise<StoredWorker[]> {
    const rows = await this.sql.query(listWorkers, []);
    return rows.map((row) => ({
      id: String(row.id),
      host: String(row.host),
      boot: String(row.boot),
      pid: Number(row.pid),
      started: String(row.started),
      expired: row.expired === true,
    }));
  }

  /** The process that a worker is or was, as far as anybody remembers. */
  async find(worker: string): Promise<{ host: string; pid: number } | null> {
    const [row] = await this.sql.query(findWorker, [worker]);
    return row ? { host: String(row.host), pid: Number(row.pid) } : null;
  }

  /** Returns how many of its runs are left for `freeOrphans`: somebody was sending to them. */
  async bury(worker: string): Promise<number> {
    return this.free(buryWorker, [worker, false]);
  }

  /** … if its lease has still run out. */
  async buryExpired(worker: string): Promise<number> {
    return this.free(buryWorker, [worker, true]);
  }

  /** Returns how many are left. */
  async freeOrphans(): Promise<number> {
    return this.free(freeOrphans, []);
  }

  private async free(statement: Statement, values: unknown[]): Promise<number> {
    const [row] = await this.sql.query(statement, values);
    return Number(row!.left);
  }

  async leave(worker: string): Promise<void> {
    await this.sql.query(releaseAll, [worker]);
  }
}
