/**
 * Claims of attempts at effects beyond the first, and doubts about them.
 */
import { claimAttempt, markDoubt, readClaims, recordFailure } from './queries/claims.ts';
import type { Row, Sql } from './sql.ts';

export interface StoredClaim {
  request: number;
  attempt: number;
  worker: string;
  /** The error that a retry policy has answered with another attempt, as JSON text. */
  failure: string | null;
  doubt: boolean;
  /** When it was stored, since when it is in doubt, when the next attempt may be made: in ms since 1970. */
  atMs: number;
  doubtMs: number | null;
  retryMs: number | null;
}

/** `taken`: it was claimed before. `lost`: the worker does not hold the run. */
export type Claiming = 'claimed' | 'taken' | 'lost';

export class Claims {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Claims a further attempt. */
  async claimAttempt(uid: string, request: number, attempt: number, worker: string): Promise<Claiming> {
    const [row] = await this.sql.query(claimAttempt, [uid, request, attempt, worker]);
    return !row ? 'lost' : row.attempt === null ? 'taken' : 'claimed';
  }

  /** Returns when the pause is over that the failure has begun; null if the worker does not hold the run. */
  async recordFailure(uid: string, request: number, attempt: number, worker: string, failure: string, pauseMs: number): Promise<number | null> {
    const [row] = await this.sql.query(recordFailure, [uid, request, attempt, worker, failure, pauseMs]);
    return row ? Number(row.retry_ms) : null;
  }

  /** An attempt that `worker` has made is in doubt, says the one that holds the run. */
  async markDoubt(uid: string, request: number, attempt: number, worker: string, holder: string): Promise<void> {
    await this.sql.query(markDoubt, [uid, request, attempt, worker, holder]);
  }

  async of(uid: string): Promise<StoredClaim[]> {
    return (await this.sql.query(readClaims, [uid])).map(storedClaim);
  }
}

export function storedClaim(row: Row): StoredClaim {
  const facts = JSON.parse(String(row.facts)) as { at: number; doubt: number | null; retry: number | null };
  return {
    request: Number(row.request),
    attempt: Number(row.attempt),
    worker: String(row.worker),
    failure: row.failure === null ? null : String(row.failure),
    doubt: facts.doubt !== null,
    atMs: facts.at,
    doubtMs: facts.doubt,
    retryMs: facts.retry,
  };
}
