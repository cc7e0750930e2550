/**
 * Claims of attempts at effects beyond the first, and doubts about them.
 */
import {
  answerDoubt,
  claimAttempt,
  leaveToPerson,
  markDoubt,
  readClaims,
  recordFailure,
  recordHeartbeats,
  recordTrouble,
} from './queries/claims.ts';
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
  /** When its worker was found dead, in ms since 1970; null: it was not, it lives, or has closed. */
  lostMs: number | null;
  /** The last heartbeat that had details, as JSON text, and when the last of all was written down. */
  heartbeat: string | null;
  heartbeatMs: number | null;
  /** Why the app's code could not decide about the doubt, as JSON text. */
  trouble: string | null;
  /** The app's code leaves the doubt to a person. */
  leftToPerson: boolean;
  /** It is completed from outside, until this moment in ms since 1970 or at any time. */
  token: { until: number | null } | null;
  /** It was made by a grant: its worker need not hold the run. */
  granted: boolean;
}

/** What an attempt tells of itself; the details as JSON text. */
export interface StoredHeartbeat {
  uid: string;
  request: number;
  attempt: number;
  worker: string;
  details: string | null;
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

  /** An attempt that `worker` has made is in doubt, says the one that holds the run. Returns false if it does not. */
  async markDoubt(uid: string, request: number, attempt: number, worker: string, holder: string): Promise<boolean> {
    const rows = await this.sql.query(markDoubt, [uid, request, attempt, worker, holder]);
    return rows.length === 1;
  }

  async recordHeartbeats(beats: readonly StoredHeartbeat[]): Promise<void> {
    const column = <T>(pick: (beat: StoredHeartbeat) => T): T[] => beats.map(pick);
    await this.sql.query(recordHeartbeats, [
      column((b) => b.uid),
      column((b) => b.request),
      column((b) => b.attempt),
      column((b) => b.worker),
      column((b) => b.details),
    ]);
  }

  async recordTrouble(uid: string, request: number, attempt: number, error: string): Promise<void> {
    await this.sql.query(recordTrouble, [uid, request, attempt, error]);
  }

  async leaveToPerson(uid: string, request: number, attempt: number): Promise<void> {
    await this.sql.query(leaveToPerson, [uid, request, attempt]);
  }

  /** Sends a decision about a doubt. Returns false if it does not stand any more. */
  async answerDoubt(uid: string, request: number, attempt: number, entry: string): Promise<boolean> {
    return (await this.sql.query(answerDoubt, [uid, request, attempt, entry])).length === 1;
  }

  async of(uid: string): Promise<StoredClaim[]> {
    return (await this.sql.query(readClaims, [uid])).map(storedClaim);
  }
}

/** What the statements tell of a claim beside its own columns. */
export interface ClaimFacts {
  at: number;
  doubt: number | null;
  retry: number | null;
  lost: number | null;
  heartbeat: string | null;
  heartbeatAt: number | null;
  trouble: string | null;
  toPerson: boolean;
  token: { until: number | null } | null;
  granted: boolean;
}

export function storedClaim(row: Row): StoredClaim {
  const facts = JSON.parse(String(row.facts)) as ClaimFacts;
  return {
    request: Number(row.request),
    attempt: Number(row.attempt),
    worker: String(row.worker),
    failure: row.failure === null ? null : String(row.failure),
    doubt: facts.doubt !== null,
    atMs: facts.at,
    doubtMs: facts.doubt,
    retryMs: facts.retry,
    lostMs: facts.lost,
    heartbeat: facts.heartbeat,
    heartbeatMs: facts.heartbeatAt,
    trouble: facts.trouble,
    leftToPerson: facts.toPerson,
    token: facts.token,
    granted: facts.granted,
  };
}
