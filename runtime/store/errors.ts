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

/** What Node calls an error of the system, such as EPIPE, has five letters, too. */
const isSqlState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code);

/**
 * SQLSTATEs and classes of them (PostgreSQL's manual, appendix A) after which the same statement may be sent again: it was rolled back, for what the
 * server could not do just then. 26000 and 42P05 come of a pooler that hands a connection on without its prepared statements.
 */
const RETRYABLE = /^(40001|40P01|55P03|57P03|25006|26000|42P05|53...|58000|58030)$/;
/** … by which a connection ends. A pooler says 08P01 of one whose server it has lost, and nobody knows what had been committed by then. */
const BROKEN = /^(08...|40003|57P01|57P02|57P05|57014|25P03|25P04)$/;
/** … that speak of who asks: a role or a password, a right that is missing, a database that is not there. */
const ACCESS = /^(28...|42501|3D000)$/;
const SCHEMA = /^(3F000|42P01)$/;

/** ETIMEDOUT and EHOSTUNREACH end a connection, too, on which a statement had been sent. */
function isOfConnecting(error: unknown): boolean {
  // Of a name with several addresses it has one for each.
  const { code, syscall } = ((error as { errors?: unknown[] }).errors?.[0] ?? error) as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

/** What the pool says that got no connection in time. */
const NO_CONNECTION = /timeout exceeded when trying to connect|due to connection timeout|timeout expired/;

/** Makes a StoreError of what a driver throws. Never shows connection strings. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message } = error as { code?: string; message?: string };
  const text = message ?? String(error);
  if (code !== undefined && isSqlState(code)) {
    if (RETRYABLE.test(code)) return new StoreError('unreachable', 'store_busy', `The database asks to try again (${code}): ${text}`, error);
    if (BROKEN.test(code)) return new StoreError('unknown', 'store_connection', `The database ended the connection (${code}): ${text}`, error);
    if (code === '23505') return new StoreError('refused', 'store_duplicate', `The database has such a row already: ${text}`, error);
    if (code === '23502') return new StoreError('refused', 'store_incomplete', `A part of a row of the database is missing: ${text}`, error);
    if (SCHEMA.test(code)) return new StoreError('refused', 'store_schema', `The tables of Perdure are missing or incomplete: ${text}`, error);
    if (ACCESS.test(code)) return new StoreError('refused', 'store_access', `The database refuses access: ${text}`, error);
    return new StoreError('refused', 'store_statement', `The database refuses a statement (${code}): ${text}`, error);
  }
  if (isOfConnecting(error) || NO_CONNECTION.test(text)) {
    return new StoreError('unreachable', 'store_unreachable', `The database cannot be reached: ${text}`, error);
  }
  return new StoreError('unknown', 'store_connection', `The connection to the database was lost: ${text}`, error);
}

/** Does it refuse a statement for what that contains, and not whoever asks? */
export const refusesContent = (error: StoreError): boolean => error.kind === 'refused' && error.code !== 'store_access' && error.code !== 'store_schema';

/** For who can wait: the answer of a store that may come back is that there is none yet. Throws what is wrong for good. */
export function nothingIfAway(error: unknown): null {
  if (error instanceof StoreError && error.kind !== 'refused') return null;
  throw error;
}
