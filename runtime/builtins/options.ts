/**
 * Options as workflow code gives them. What is wrong is refused at the call, by a TypeError, or a RangeError for what is no duration: a
 * program can catch it and keep it. It has the code that an app would meet.
 */
import type { ErrorCode } from '../error-codes.ts';
import { durationMs } from './duration.ts';

export const wrongOptions = (code: ErrorCode, message: string): TypeError => Object.assign(new TypeError(message), { code });

/** Of a call of `what`. Refuses what is no object, and keys that are no options. */
export function optionsOf(what: string, given: unknown, known: readonly string[]): Record<string, unknown> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongOptions('options', `Wrong options of \`${what}\`: what is given must be an object of options: ${known.join(', ')}`);
  }
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw wrongOptions('options', `Wrong options of \`${what}\`: ${key} is no option; there are ${known.join(', ')}`);
  }
  return given as Record<string, unknown>;
}

/** Runs what throws a RangeError for what is no duration. */
export function durationOption<T>(code: ErrorCode, option: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof RangeError ? Object.assign(new RangeError(`${option}: ${error.message}`), { code }) : error;
  }
}

/** One that may be left out. */
export function optionalDuration(what: string, option: string, value: unknown): number | string | undefined {
  if (value === undefined) return undefined;
  const wrong = `Wrong options of \`${what}\``;
  if (typeof value !== 'number' && typeof value !== 'string') throw wrongOptions('options', `${wrong}: ${option} must be a duration, such as '5 minutes'`);
  durationOption('options', `${wrong}: ${option}`, () => durationMs(value));
  return value;
}
