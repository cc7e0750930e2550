/**
 * Transactions of the app's code on a connection of the store: the one thing that is not a statement of its own.
 */
import { StoreError } from './errors.ts';

/**
 * A connection inside a transaction. With PostgreSQL it is a client of node-postgres (`ClientBase` of `pg`), with an
 * embedded store the transaction of PGlite.
 */
export interface TransactionClient {
  query<Row = any>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** It has not begun, or its connection broke before the commit: nothing has happened, and it may be tried again. */
export class Undone extends StoreError {}

/** The answer to its COMMIT was lost: it may have happened. */
export class CommitUnknown extends StoreError {}

/**
 * Runs `body` in a transaction. What `body` throws rolls it back and is thrown. When the signal is aborted before the
 * commit, it is rolled back and the signal's reason thrown, whatever `body` does. Otherwise rejects with Undone, with
 * CommitUnknown, or with the database's refusal to commit.
 */
export type RunTransaction = <T>(body: (client: TransactionClient) => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Resolves as `body`, or rejects when the signal is aborted. */
export async function untilAborted<T>(signal: AbortSignal, body: () => Promise<T>, aborted: () => void = () => {}): Promise<T> {
  signal.throwIfAborted();
  let stop!: () => void;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => {
      aborted();
      reject(signal.reason as Error);
    };
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([body(), stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
