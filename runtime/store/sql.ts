/**
 * The one thing a store needs: a way to run a statement. Every operation of the store is one statement, so
 * that it is atomic on its own and works through pgbouncer in transaction mode and over the holder's socket.
 */

import type { ElementType } from './array-parameters.ts';
import type { RunTransaction } from './transaction.ts';

/** A result row, by column name. */
export type Row = Record<string, unknown>;

export interface Statement {
  /** Names the statement, so that the server plans it once per connection. */
  name: string;
  text: string;
  /** Of a statement that carries many rows: what its first parameters are arrays of. They may then be sent in a cheaper format. */
  arrays?: readonly ElementType[];
}

export interface ArrayStatement extends Statement {
  arrays: readonly ElementType[];
}

export interface Sql {
  readonly kind: 'postgres' | 'pglite' | 'remote' | 'memory' | 'client';
  /** Runs one statement with bound parameters. Rejects with StoreError. */
  query(statement: Statement, values: unknown[]): Promise<Row[]>;
  /** Makes ready, beside whatever else is asked, for a statement that will soon be needed. Absent where there is one connection only. */
  readonly prepare?: (statement: ArrayStatement) => void;
  /** Runs several statements as one transaction, without parameters. */
  script(text: string): Promise<void>;
  /** Lets code of the app have a transaction of its own. Absent where there is none. */
  readonly transaction?: RunTransaction;
  /** Calls back when something may have changed that this process did not do itself. Returns how to stop. */
  onActivity(callback: () => void): () => void;
  /** Tells others that something has changed. */
  announce(): void;
  close(): Promise<void>;
}
