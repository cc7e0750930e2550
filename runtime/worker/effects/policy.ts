/**
 * How an effect is attempted: as `provide` says, outside the evaluation.
 */
import type { Doubt, DoubtAnswer, DoubtResolver } from './doubts.ts';
import { Options } from './options.ts';
import { readRetry, type Retry, type RetryPolicy } from './retry.ts';

export interface EffectPolicy<A extends unknown[] = any[], R = any> {
  /** Attempts after a thrown error. Default: none; the error is thrown at the `await`. */
  retry?: RetryPolicy;
  /** How long one attempt may take. Default: as long as it likes. */
  timeout?: number | string;
  /**
   * How long an attempt may be silent: its implementation calls `effectContext().heartbeat()` more often. One that falls
   * silent counts as one that takes too long. Default: as long as it likes.
   */
  heartbeat?: number | string;
  /** May it be attempted again when nobody knows whether it has happened? Default: no. */
  idempotent?: boolean;
  /** Finds out what became of an attempt in doubt; undefined: a person has to. Default: a person. */
  onInDoubt?(doubt: Doubt<A>): DoubtAnswer<R> | undefined | Promise<DoubtAnswer<R> | undefined>;
}

export interface Policy {
  retry: Retry;
  timeoutMs: number | null;
  heartbeatMs: number | null;
  idempotent: boolean;
  onInDoubt: DoubtResolver | null;
}

const KEYS = ['retry', 'timeout', 'heartbeat', 'idempotent', 'onInDoubt'];

/** Checks a policy. Throws PerdureError naming the effect and the option. */
export function readPolicy(effect: string, given: EffectPolicy): Policy {
  const options = new Options(effect);
  options.checkKeys(given, KEYS);
  options.checkType('idempotent', given.idempotent, 'boolean', 'true or false');
  options.checkType('onInDoubt', given.onInDoubt, 'function', 'a function');
  return {
    retry: readRetry(options, effect, given.retry),
    timeoutMs: options.durationOrNull('timeout', given.timeout),
    heartbeatMs: options.durationOrNull('heartbeat', given.heartbeat),
    idempotent: given.idempotent ?? false,
    onInDoubt: (given.onInDoubt as DoubtResolver | undefined) ?? null,
  };
}
