/**
 * A store whose user can be killed: from one moment on it hears nothing any more, as a process that is gone. The
 * statement under way has happened or has not.
 */
import type { Row, Sql, Statement } from '../../runtime/store/sql.ts';

export class KillableSql implements Sql {
  readonly kind: Sql['kind'];
  private readonly sql: Sql;
  private readonly killAt: number;
  private readonly after: boolean;
  private readonly onKill: () => void;
  private count = 0;
  private dead = false;

  /** Dies at the n-th statement: before it, or after it has happened but before it is answered. */
  constructor(sql: Sql, killAt: number, after: boolean, onKill: () => void) {
    this.kind = sql.kind;
    this.sql = sql;
    this.killAt = killAt;
    this.after = after;
    this.onKill = onKill;
  }

  async query(statement: Statement, values: unknown[]): Promise<Row[]> {
    if (this.dead) return never();
    const dying = ++this.count === this.killAt;
    if (dying) this.dead = true;
    if (dying && !this.after) {
      this.onKill();
      return never();
    }
    const rows = await this.sql.query(statement, values).catch((error: unknown) => {
      if (this.dead) return never<Row[]>();
      throw error;
    });
    if (dying) this.onKill();
    return this.dead ? never() : rows;
  }

  script(text: string): Promise<void> {
    return this.dead ? never() : this.sql.script(text);
  }

  onActivity(callback: () => void): () => void {
    return this.sql.onActivity(() => {
      if (!this.dead) callback();
    });
  }

  announce(): void {
    if (!this.dead) this.sql.announce();
  }

  async close(): Promise<void> {
    this.dead = true;
  }
}

const never = <T = never>(): Promise<T> => new Promise<T>(() => {});
