/**
 * Tokens by which effects are completed from outside, and what was decided by them.
 */
import { closeToken, completeToken, dueTokens, endToken, expireToken, findToken, issueToken } from './queries/tokens.ts';
import type { Sql } from './sql.ts';

/** The attempt whose token it is. */
export interface TokenPlace {
  uid: string;
  request: number;
  attempt: number;
}

export interface StoredToken {
  /** As JSON text; null: it is not decided. */
  decision: string | null;
  decidedMs: number | null;
  expired: boolean;
}

export interface DueToken extends TokenPlace {
  effect: string;
  expiresMs: number;
  /** Somebody waits for it. */
  stands: boolean;
}

export class Tokens {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Returns false if the worker does not hold the run. */
  async issue({ uid, request, attempt }: TokenPlace, worker: string, effect: string, hash: Buffer, expiresInMs: number | null): Promise<boolean> {
    return (await this.sql.query(issueToken, [uid, request, attempt, worker, effect, hash, expiresInMs])).length === 1;
  }

  /** Puts an outcome into the inbox, once. Returns false if nothing has happened: `find` tells why. */
  async complete({ uid, request, attempt }: TokenPlace, hash: Buffer, decision: string, entry: string): Promise<boolean> {
    return (await this.sql.query(completeToken, [uid, request, attempt, decision, entry, hash])).length === 1;
  }

  async expire({ uid, request, attempt }: TokenPlace, decision: string, entry: string): Promise<boolean> {
    return (await this.sql.query(expireToken, [uid, request, attempt, decision, entry])).length === 1;
  }

  /** `decided`: it was completed or has expired before. `lost`: the worker does not hold the run. */
  async end({ uid, request, attempt }: TokenPlace, worker: string, decision: string): Promise<'ended' | 'decided' | 'lost'> {
    const [row] = await this.sql.query(endToken, [uid, request, attempt, worker, decision]);
    return !row ? 'lost' : row.ended === true ? 'ended' : 'decided';
  }

  async due(limit: number): Promise<DueToken[]> {
    const rows = await this.sql.query(dueTokens, [limit]);
    return rows.map((row) => ({
      uid: String(row.uid),
      request: Number(row.request),
      attempt: Number(row.attempt),
      effect: String(row.effect),
      expiresMs: Number(row.expires_ms),
      stands: row.stands === true,
    }));
  }

  async close({ uid, request, attempt }: TokenPlace, decision: string): Promise<void> {
    await this.sql.query(closeToken, [uid, request, attempt, decision]);
  }

  async find({ uid, request, attempt }: TokenPlace, hash: Buffer): Promise<StoredToken | null> {
    const [row] = await this.sql.query(findToken, [uid, request, attempt, hash]);
    if (!row) return null;
    return {
      decision: row.decision === null ? null : String(row.decision),
      decidedMs: row.decided_ms === null ? null : Number(row.decided_ms),
      expired: row.expired === true,
    };
  }
}
