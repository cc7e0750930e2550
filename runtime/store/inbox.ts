/**
 * What has been sent to runs and is not consumed yet.
 */
import { readInbox } from './queries/load-run.ts';
import { sendHeld } from './queries/send-held.ts';
import { sendMessage, sendOnce, sendToUid } from './queries/send-message.ts';
import type { Sql } from './sql.ts';

export class Inbox {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /**
   * Puts an entry into a run's inbox. Returns its number, or null if the run has ended or does not exist. One that is
   * pending sleeps on, or begins because of it.
   */
  async send(id: string, entry: string, begins = false): Promise<number | null> {
    const [row] = await this.sql.query(sendMessage, [id, entry, begins]);
    return row ? Number(row.n) : null;
  }

  /**
   * Puts a message with a key into a run's inbox, unless one with the same key was put there before. Returns its number,
   * 'known' for such a key, or null as `send` does.
   */
  async sendOnce(uid: string, entry: string, channel: string, key: string): Promise<number | 'known' | null> {
    const [row] = await this.sql.query(sendOnce, [uid, entry, channel, key]);
    if (!row || (row.n === null && row.known !== true)) return null;
    return row.n === null ? 'known' : Number(row.n);
  }

  async sendToUid(uid: string, entry: string, begins = false): Promise<number | null> {
    const [row] = await this.sql.query(sendToUid, [uid, entry, begins]);
    return row ? Number(row.n) : null;
  }

  /** Puts an entry into the inbox of a run that this worker holds. Returns the number of the transaction, or null if it does not. */
  async sendHeld(uid: string, worker: string, entry: string): Promise<{ transaction: string } | null> {
    const [row] = await this.sql.query(sendHeld, [uid, worker, entry]);
    return row ? { transaction: String(row.transaction) } : null;
  }

  async after(uid: string, n: number): Promise<{ n: number; entry: string }[]> {
    const rows = await this.sql.query(readInbox, [uid, n]);
    return rows.map((row) => ({ n: Number(row.n), entry: String(row.entry) }));
  }
}
