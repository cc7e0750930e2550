/**
 * Values that an app hands to a run: copied through the codec at the call, so that a later mutation changes nothing.
 */
import { toDocument } from '../codec/border.ts';
import type { Json } from '../codec/format.ts';
import { Unstorable } from '../codec/unstorable.ts';
import { pathWithin } from '../engine/path.ts';
import { PerdureError } from '../errors.ts';
import { hostProgram } from '../publish.ts';

/** `name` is how a message calls the value, `what` where it stands. Throws PerdureError `unstorable`, with the path. */
export function copy(value: unknown, name: string, what: string): Json {
  try {
    return toDocument(value, hostProgram);
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    throw new PerdureError('unstorable', `In ${what}, ${pathWithin(value, name, error.value)}: ${error.message}.`);
  }
}
