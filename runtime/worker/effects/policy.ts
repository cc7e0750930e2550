/**
 * How an effect is attempted: as `provide` says, outside the evaluation.
 */
import { Options } from './options.ts';
import { readRetry, type Retry, type RetryPolicy } from './retry.ts';

export interface EffectPolicy {
  /** Attempts after a thrown error. Default: none; the error is thrown at the `await`. */
  retry?: RetryPolicy;
  /** How long one attempt may take. Default: as long as it likes. */
  timeout?: number | string;
  /** May it be attempted again when nobody knows whether it has happened? Default: no. */
  idempotent?: boolean;
}

export interface Policy {
  retry: Retry;
  timeoutMs: number | null;
  idempotent: boolean;
}

const KEYS = ['retry', 'timeout', 'idempotent'];

/** Checks a policy. Throws PerdureError naming the effect and the option. */
export function readPolicy(effect: string, given: EffectPolicy): Policy {
  const options = new Options(effect);
  options.checkKeys(given, KEYS);
  options.checkType('idempotent', given.idempotent, 'boolean', 'true or false');
  return {
    retry: readRetry(options, effect, given.retry),
    timeoutMs: options.durationOrNull('timeout', given.timeout),
    idempotent: given.idempotent ?? false,
  };
}
