/**
 * How a workflow or an effect ended, as a document: a value, or an error that keeps its name, message, cause,
 * code and stack on the way between app and workflow.
 */
import { PerdureError } from '../errors.ts';
import { toDocument } from './border.ts';
import { copyError, isError, withoutStack } from './error-copy.ts';
import { messageOf } from './thrown.ts';
import { Unstorable } from './unstorable.ts';
import type { Json } from './format.ts';
import type { Names } from './records.ts';

export type OutcomeDocument = { ok: Json } | { error: Json };

/** `wayTo` finds in the result what cannot leave. */
export function outcomeDocument(failed: boolean, value: unknown, names: Names, wayTo: (target: unknown) => string): OutcomeDocument {
  if (failed) return { error: errorDocument(value, names) };
  try {
    return { ok: toDocument(value, names) };
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    const refused = new PerdureError('unstorable_result', `The result cannot leave the workflow: ${wayTo(error.value)}: ${error.message}`);
    return { error: errorDocument(refused, names) };
  }
}

/** Anything thrown, as a document. Never fails: what cannot be copied is described. */
export function errorDocument(thrown: unknown, names: Names): Json {
  try {
    return isError(thrown) ? copyError(thrown, names) : toDocument(thrown, names);
  } catch {
    return toDocument(withoutStack(() => new Error(messageOf(thrown))), names);
  }
}
