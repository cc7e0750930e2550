/**
 * What a statement does, in plain JavaScript: synchronous, so atomic. It checks its values before it changes anything.
 *
 *     on(readInbox, (db, uid: string, n: number) => …)
 */
import { storeError } from '../errors.ts';
import type { Row, Statement } from '../sql.ts';
import type { Tables } from './tables.ts';

export type Implementation = [name: string, run: (tables: Tables, ...values: never[]) => Row[]];

/** Implements a statement of `queries/`. The values are those that its comment names. */
export const on = <V extends unknown[]>(statement: Statement, run: (tables: Tables, ...values: V) => Row[]): Implementation => [
  statement.name,
  run as unknown as Implementation[1],
];

/** Refuses what PostgreSQL refuses as a document. */
export function checkJson(text: string | null): void {
  if (text === null) return;
  try {
    JSON.parse(text);
  } catch (error) {
    throw refused('22P02', `invalid input syntax for type json: ${(error as Error).message}`);
  }
}

/** The refusal of a database, by its SQLSTATE. */
export const refused = (code: string, message: string): Error => storeError({ code, message });
