/**
 * Keys and names that apps choose, other than ids of runs: any text that a database can hold and index.
 */
import { isUnsafe } from '../codec/format.ts';
import { PerdureError } from '../errors.ts';

const LENGTH_MAX = 200;

/** `what` is how the message calls it. Throws PerdureError `key`. */
export function checkKey(key: unknown, what: string): asserts key is string {
  if (typeof key === 'string' && key.length > 0 && key.length <= LENGTH_MAX && !isUnsafe(key)) return;
  throw new PerdureError('key', `${what} must be a text of 1 to ${LENGTH_MAX} characters, without NUL.`);
}
