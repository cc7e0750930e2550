/**
 * Errors of the store, with what to do about them.
 */
import type { ErrorCode } from '../error-codes.ts';
import { PerdureError } from '../errors.ts';

export type StoreErrorKind =
  /** The statement may be tried again: nothing has happened. */
  | 'unreachable'
  /** Nobody knows whether the statement has happened. */
  | 'unknown'
  /** The statement is wrong, or its data is. */
  | 'refused';

export class StoreError extends PerdureError {
  override name = 'StoreError';
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, code: ErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
    this.kind = kind;
  }
}

/** SQLSTATE classes after which the same statement may be sent again. */
const RETRYABLE = new Set(['40001', '40P01', '55P03', '53300', '53400', '57P03', '25006']);
/** SQLSTATEs by which the server ends a connection: the statement was not committed. */
const TERMINATED = new Set(['57P01', '57P02', '57P05', '57014']);

/** Makes a StoreError of what a driver throws. Never shows connection strings. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message } = error as { code?: string; message?: string };
  const text = message ?? String(error);
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    if (RETRYABLE.has(code)) return new StoreError('unreachable', 'store_busy', `The database asks to try again: ${text}`, error);
    if (TERMINATED.has(code)) return new StoreError('unknown', 'store_connection', `The database ended the connection: ${text}`, error);
    if (code === '23505') return new StoreError('refused', 'store_duplicate', `The database has such a row already: ${text}`, error);
    if (code === '23502') return new StoreError('refused', 'store_incomplete', `A part of a row of the database is missing: ${text}`, error);
    if (code === '3F000' || code === '42P01') {
      return new StoreError('refused', 'store_schema', `The tables of Perdure are missing or incomplete: ${text}`, error);
    }
    // A role or a password, a right that is missing, a database that is not there.
    if (code.startsWith('28') || code === '42501' || code === '3D000') return new StoreError('refused', 'store_access', `The database refuses access: ${text}`, error);
    return new StoreError('refused', 'store_statement', `The database refuses a statement (${code}): ${text}`, error);
  }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH') {
    return new StoreError('unreachable', 'store_unreachable', `The database cannot be reached: ${text}`, error);
  }
  return new StoreError('unknown', 'store_connection', `The connection to the database was lost: ${text}`, error);
}

/** For who can wait: the answer of a store that may come back is that there is none yet. Throws what is wrong for good. */
export function nothingIfAway(error: unknown): null {
  if (error instanceof StoreError && error.kind !== 'refused') return null;
  throw error;
}
