/**
 * What apps decide about effects, checked: what is decided stays so, and what is none of these is a mistake, not an error.
 */
import { errorDocument } from '../codec/outcome.ts';
import type { Decision } from '../control.ts';
import type { Completion as StoredCompletion } from '../control/complete.ts';
import { PerdureError } from '../errors.ts';
import { hostProgram } from '../publish.ts';
import { copy } from './copy.ts';

/** What has become of an effect: what it returns, or what is thrown at its `await`. */
export type Completion = { result: unknown } | { error: unknown };
/** What becomes of an effect in doubt: another attempt, or what has become of it. */
export type Resolution = { retry: true } | Completion;

/** Throws PerdureError `decision`. */
export function decisionOf(resolution: Resolution): Decision {
  const key = keyOf(resolution, ['retry', 'result', 'error'], '{ retry: true }, { result } or { error }');
  if (key !== 'retry') return completionOf(resolution as Completion);
  if ((resolution as { retry: unknown }).retry !== true) throw wrong('{ retry: true }, { result } or { error }');
  return { retry: true };
}

/** Throws PerdureError `decision`. */
export function completionOf(completion: Completion): StoredCompletion {
  const key = keyOf(completion, ['result', 'error'], '{ result } or { error }');
  const value = (completion as Record<string, unknown>)[key];
  return key === 'result' ? { result: copy(value, 'result', 'the result') } : { error: errorDocument(value, hostProgram) };
}

/** The one key of a decision. */
function keyOf(given: unknown, known: readonly string[], what: string): string {
  const keys = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  if (keys.length !== 1 || !known.includes(keys[0]!)) throw wrong(what);
  return keys[0]!;
}

const wrong = (what: string): PerdureError => new PerdureError('decision', `What becomes of the effect is said as ${what}: exactly one of them, and nothing else.`);
