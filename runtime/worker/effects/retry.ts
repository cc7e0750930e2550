/**
 * Whether and when an effect is attempted again after an error.
 *
 * A pause is drawn at random between nothing and its full length, so that calls which failed together, because the
 * other side was down, do not come back together. The draw is made once and stored: whoever makes the next attempt
 * does not make it earlier.
 */
import { lineOf } from '../../codec/thrown.ts';
import type { Options } from '../../engine/options.ts';
import { host } from '../../host.ts';
import { isNamed } from './error-names.ts';

export interface RetryPolicy {
  /** How often it is attempted at the most, the first time included. Needed unless `within` is given. */
  attempts?: number;
  /** How long all attempts and the pauses between them may take together. */
  within?: number | string;
  /** How the pause grows from attempt to attempt. Default: exponential. */
  backoff?: 'fixed' | 'linear' | 'exponential';
  /** The first pause. Default: 1 second. */
  delay?: number | string;
  /** No pause is longer. Default: 1 minute, or `delay` if that is more. */
  delayMax?: number | string;
  /** Are pauses drawn at random, up to their full length? Default: yes. */
  jitter?: boolean;
  /** Only errors of these names are worth another attempt. A name is an error's `name`, its `code` or that of its class. */
  only?: readonly string[];
  /** Errors of these names are not worth another attempt. */
  except?: readonly string[];
  /** Which errors are worth another attempt. Default: all. */
  when?: (error: unknown) => boolean;
}

export interface Failure {
  /** The attempt that failed, from 1. */
  attempt: number;
  /** Since the call was made. */
  elapsedMs: number;
  error: unknown;
  /** The names of the error. */
  names: readonly string[];
}

export interface Retry {
  attemptsMax: number;
  withinMs: number | null;
  /** How long to wait until the next attempt; null: there is none. */
  pauseAfter(failure: Failure): number | null;
}

export const NO_RETRY: Retry = { attemptsMax: 1, withinMs: null, pauseAfter: () => null };

const KEYS = ['attempts', 'within', 'backoff', 'delay', 'delayMax', 'jitter', 'only', 'except', 'when'];

export function readRetry(options: Options, effect: string, given: RetryPolicy | undefined): Retry {
  if (given === undefined) return NO_RETRY;
  options.checkKeys(given, KEYS, 'retry');
  if (given.attempts === undefined && given.within === undefined) options.wrong('retry.attempts', 'is missing, and so is retry.within');
  options.checkType('retry.jitter', given.jitter, 'boolean', 'true or false');
  options.checkType('retry.when', given.when, 'function', 'a function');
  const { only, except, when } = given;
  for (const [option, names] of [['retry.only', only], ['retry.except', except]] as const) {
    if (names !== undefined && !isNames(names)) options.wrong(option, "must be a list of names such as ['ECONNRESET', 'RateLimited']");
  }
  const attemptsMax = given.attempts === undefined ? Number.POSITIVE_INFINITY : options.wholeNumber('retry.attempts', given.attempts);
  const withinMs = options.durationOrNull('retry.within', given.within);
  const fullPauseMs = readBackoff(options, given);
  const drawn = given.jitter ?? true;
  return {
    attemptsMax,
    withinMs,
    pauseAfter({ attempt, elapsedMs, error, names }) {
      if (attempt >= attemptsMax) return null;
      if (only && !isNamed(names, only)) return null;
      if (except && isNamed(names, except)) return null;
      if (when && !isWorthIt(effect, when, error)) return null;
      const pauseMs = fullPauseMs(attempt) * (drawn ? host.random() : 1);
      return withinMs !== null && elapsedMs + pauseMs >= withinMs ? null : pauseMs;
    },
  };
}

const isNames = (given: unknown): boolean => Array.isArray(given) && given.every((name) => typeof name === 'string');

const DELAY_MAX_MS = 60_000;

/** How long the pause after an attempt is in full. */
function readBackoff(options: Options, given: RetryPolicy): (attempt: number) => number {
  const backoff = given.backoff ?? 'exponential';
  if (!['fixed', 'linear', 'exponential'].includes(backoff)) options.wrong('retry.backoff', 'must be fixed, linear or exponential');
  const delayMs = options.duration('retry.delay', given.delay === undefined ? 1000 : given.delay);
  const delayMaxMs = given.delayMax === undefined ? Math.max(DELAY_MAX_MS, delayMs) : options.duration('retry.delayMax', given.delayMax);
  if (given.delay !== undefined && delayMaxMs < delayMs) options.wrong('retry.delayMax', 'is shorter than the first pause, retry.delay');
  return (attempt) => {
    const factor = backoff === 'fixed' ? 1 : backoff === 'linear' ? attempt : 2 ** (attempt - 1);
    return Math.min(delayMs * factor, delayMaxMs);
  };
}

const ignore = (): void => {};

function isWorthIt(effect: string, when: (error: unknown) => boolean, error: unknown): boolean {
  try {
    const answer: unknown = when(error);
    if (typeof (answer as PromiseLike<unknown> | null)?.then === 'function') {
      // If it is rejected, nobody else hears of that.
      void (answer as PromiseLike<unknown>).then(ignore, ignore);
      throw new Error('it returned a promise, and that answers nothing');
    }
    return Boolean(answer);
  } catch (thrown) {
    host.warn(`perdure: retry.when of ${effect} has failed, so the error counts as final: ${lineOf(thrown)}`);
    return false;
  }
}
