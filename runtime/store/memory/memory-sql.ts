/**
 * A store in memory, for tests: it begins empty, belongs to the engine that opened it and ends with that.
 */
import { host } from '../../host.ts';
import { StoreError } from '../errors.ts';
import type { Row, Sql, Statement } from '../sql.ts';
import { MemoryDatabase } from './database.ts';

export class MemorySql implements Sql {
  readonly kind = 'memory' as const;
  readonly database = new MemoryDatabase(() => host.now());
  private readonly callbacks = new Set<() => void>();
  private closed = false;

  async query(statement: Statement, values: unknown[]): Promise<Row[]> {
    if (this.closed) throw new StoreError('unknown', 'store_connection', 'The store in memory is closed');
    const rows = this.database.execute(statement, values);
    // Answered in a later turn, as by any other store: a run that is never at a loss for work lets timers and sockets in.
    await new Promise<void>((resolve) => host.soon(resolve));
    return rows;
  }

  async script(): Promise<void> {
    throw new StoreError('refused', 'store_statement', 'The store in memory has no SQL');
  }

  onActivity(callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }

  announce(): void {
    for (const callback of this.callbacks) callback();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.callbacks.clear();
  }
}
