/**
 * Claims of attempts at effects beyond the first, and doubts about them.
 */
import { claimAttempt, markDoubt, readClaims, recordFailure } from './queries/claims.ts';
import type { Sql } from './sql.ts';

export interface StoredClaim {
  request: number;
  attempt: number;
  worker: string;
  failure: string | null;
  doubt: boolean;
}

export class Claims {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Claims a further attempt. Returns false if somebody else has. */
  async claimAttempt(uid: string, request: number, attempt: number, worker: string): Promise<boolean> {
    const rows = await this.sql.query(claimAttempt, [uid, request, attempt, worker]);
    return rows.length === 1;
  }

  async recordFailure(uid: string, request: number, attempt: number, worker: string, failure: string): Promise<void> {
    await this.sql.query(recordFailure, [uid, request, attempt, worker, failure]);
  }

  async markDoubt(uid: string, request: number, attempt: number, worker: string): Promise<void> {
    await this.sql.query(markDoubt, [uid, request, attempt, worker]);
  }

  async of(uid: string): Promise<(StoredClaim & { atMs: number; doubtMs: number | null })[]> {
    const rows = await this.sql.query(readClaims, [uid]);
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
}
