/**
 * Questions to runs, and their answers.
 */
import { askOnce, readReply } from './queries/asks.ts';
import type { RunStatus } from './runs.ts';
import type { Sql } from './sql.ts';

/** What is known of a question; documents as JSON text. */
export interface StoredReply {
  reply: string | null;
  status: RunStatus;
  /** Why the run is parked. */
  reason: string | null;
}

export class Asks {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Puts a question into a run's inbox, once. Returns its number, 'known' if it was put there before, null if the run has ended or does not exist. */
  async ask(uid: string, entry: string, channel: string, key: string): Promise<number | 'known' | null> {
    const [row] = await this.sql.query(askOnce, [uid, entry, channel, key]);
    if (!row || (row.n === null && row.known !== true)) return null;
    return row.n === null ? 'known' : Number(row.n);
  }

  /** Returns null if the run does not exist. */
  async reply(uid: string, channel: string, key: string): Promise<StoredReply | null> {
    const [row] = await this.sql.query(readReply, [uid, channel, key]);
    if (!row) return null;
    const text = (value: unknown): string | null => (value === null ? null : String(value));
    return { reply: text(row.reply), status: row.status as RunStatus, reason: text(row.reason) };
  }
}
