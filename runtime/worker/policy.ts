/**
 * How an effect is attempted: as `provide` says, outside the evaluation.
 */
import { durationMs } from '../builtins/duration.ts';
import { PerdureError } from '../errors.ts';

export interface RetryPolicy {
  /** How often it is attempted at the most, the first time included. */
  attempts: number;
  /** How the pause grows from attempt to attempt. Default: exponential. */
  backoff?: 'fixed' | 'linear' | 'exponential';
  /** The first pause. Default: 1 second. */
  delay?: number | string;
  /** No pause is longer. Default: 1 minute. */
  delayMax?: number | string;
  /** Which errors are worth another attempt. Default: all. */
  when?: (error: unknown) => boolean;
}

export interface EffectPolicy {
  /** Attempts after a thrown error. Default: none; the error is thrown at the `await`. */
  retry?: RetryPolicy;
  /** How long one attempt may take. Default: as long as it likes. */
  timeout?: number | string;
  /** May it be attempted again when nobody knows whether it has happened? Default: no. */
  idempotent?: boolean;
}

export interface Policy {
  attemptsMax: number;
  timeoutMs: number | null;
  idempotent: boolean;
  pauseMs(attempt: number): number;
  isRetryable(error: unknown): boolean;
}

const RETRY_OPTIONS = ['attempts', 'backoff', 'delay', 'delayMax', 'when'];

function checkRetry(retry: RetryPolicy, wrong: (option: string, why: string) => never): void {
  if (typeof retry !== 'object' || retry === null) wrong('retry', 'must be an object such as { attempts: 3 }');
  for (const key of Object.keys(retry)) {
    if (!RETRY_OPTIONS.includes(key)) wrong(`retry.${key}`, `is no option; there are ${RETRY_OPTIONS.join(', ')}`);
  }
  if (retry.attempts === undefined) wrong('retry.attempts', 'is missing');
  if (!['function', 'undefined'].includes(typeof retry.when)) wrong('retry.when', 'must be a function');
}

/** Checks a policy. Throws PerdureError naming the effect and the option. */
export function readPolicy(effect: string, given: EffectPolicy): Policy {
  const wrong = (option: string, why: string): never => {
    throw new PerdureError('effect_policy', `The policy of effect '${effect}' is wrong: ${option} ${why}`);
  };
  const duration = (option: string, value: number | string): number => {
    try {
      return durationMs(value);
    } catch (error) {
      return wrong(option, `: ${(error as Error).message}`);
    }
  };
  for (const key of Object.keys(given)) {
    if (!['run', 'retry', 'timeout', 'idempotent'].includes(key)) wrong(key, 'is no option; there are retry, timeout and idempotent');
  }
  if (!['boolean', 'undefined'].includes(typeof given.idempotent)) wrong('idempotent', 'must be true or false');
  const { retry } = given;
  if (retry !== undefined) checkRetry(retry, wrong);
  const attempts = retry?.attempts ?? 1;
  if (!Number.isInteger(attempts) || attempts < 1) wrong('retry.attempts', 'must be a whole number from 1 on');
  const backoff = retry?.backoff ?? 'exponential';
  if (!['fixed', 'linear', 'exponential'].includes(backoff)) wrong('retry.backoff', 'must be fixed, linear or exponential');
  const delayMs = duration('retry.delay', retry?.delay ?? 1000);
  const delayMaxMs = duration('retry.delayMax', retry?.delayMax ?? 60_000);
  return {
    attemptsMax: attempts,
    timeoutMs: given.timeout === undefined ? null : duration('timeout', given.timeout),
    idempotent: given.idempotent ?? false,
    pauseMs(attempt) {
      const factor = backoff === 'fixed' ? 1 : backoff === 'linear' ? attempt : 2 ** (attempt - 1);
      return Math.min(delayMs * factor, delayMaxMs);
    },
    isRetryable: (error) => retry?.when?.(error) ?? true,
  };
}
