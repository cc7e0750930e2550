/**
 * A store's statements on a connection of the app's own: inside its transaction, they happen when it commits, or not at
 * all. Any client will do whose `query` takes a text and values and gives rows, as that of node-postgres does.
 */
import { PerdureError } from '../errors.ts';
import { storeError } from './errors.ts';
import type { Row, Sql, Statement } from './sql.ts';

export interface SqlClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

export class ClientSql implements Sql {
  readonly kind = 'client' as const;
  private readonly client: SqlClient;

  constructor(client: SqlClient) {
    this.client = client;
  }

  /** Statements are not prepared: the connection is not ours to leave anything on. */
  async query(statement: Statement, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.client.query(statement.text, values)).rows as Row[];
    } catch (error) {
      throw error instanceof PerdureError ? error : storeError(error); // of a transaction of the app's that is over
    }
  }

  async script(text: string): Promise<void> {
    await this.query({ name: '', text }, []);
  }

  onActivity(): () => void {
    return () => {};
  }

  /** Nobody can see anything yet. Workers find it when they look. */
  announce(): void {}

  async close(): Promise<void> {}
}
