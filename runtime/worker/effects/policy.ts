/**
 * How an effect is attempted: as `provide` says, outside the evaluation.
 */
import { Options } from '../../engine/options.ts';
import type { Doubt, DoubtAnswer, DoubtResolver } from './doubts.ts';
import { readLane, LIMIT_KEYS, type Lane, type LimitOptions } from './limits.ts';
import { readRetry, type Retry, type RetryPolicy } from './retry.ts';

export interface AttemptPolicy<A extends unknown[] = any[], R = any> {
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

/** How attempts are made, and how many at a time. */
export interface EffectPolicy<A extends unknown[] = any[], R = any> extends AttemptPolicy<A, R>, LimitOptions<A> {}

export interface Policy {
  retry: Retry;
  timeoutMs: number | null;
  heartbeatMs: number | null;
  idempotent: boolean;
  onInDoubt: DoubtResolver | null;
}

const KEYS = ['retry', 'timeout', 'heartbeat', 'idempotent', 'onInDoubt'];

const optionsOf = (effect: string): Options => new Options('effect_policy', `The policy of effect '${effect}' is wrong`);

/** Checks a policy. Throws PerdureError naming the effect and the option. */
export function readPolicy(effect: string, given: AttemptPolicy): Policy {
  const options = optionsOf(effect);
  options.checkKeys(given, KEYS);
  options.checkType('idempotent', given.idempotent, 'boolean', 'true or false');
  options.checkType('onInDoubt', given.onInDoubt, 'function', 'a function');
  if (given.idempotent && given.onInDoubt) options.wrong('onInDoubt', 'would never be asked: what is idempotent is made again');
  return {
    retry: readRetry(options, effect, given.retry),
    timeoutMs: given.timeout === undefined ? null : options.pause('timeout', given.timeout),
    heartbeatMs: given.heartbeat === undefined ? null : options.pause('heartbeat', given.heartbeat),
    idempotent: given.idempotent ?? false,
    onInDoubt: (given.onInDoubt as DoubtResolver | undefined) ?? null,
  };
}

/** The two halves of what `provide` is given for an effect that its own workers make. */
export function readProvided(effect: string, given: EffectPolicy): { policy: Policy; lane: Lane | null } {
  const options = optionsOf(effect);
  options.checkKeys(given, [...KEYS, ...LIMIT_KEYS]);
  const { concurrency, rate, key, ...attempts } = given;
  return { policy: readPolicy(effect, attempts), lane: readLane(options, undefined, { concurrency, rate, key } as LimitOptions) };
}

/** What `provide` is given for an effect that other processes make: they say how it is attempted. */
export function readQueued(effect: string, given: LimitOptions & { queue: string }): Lane {
  const options = optionsOf(effect);
  for (const option of KEYS) if (option in given) options.wrong(option, 'belongs to `engine.serve`: who makes it says how it is attempted');
  options.checkKeys(given, ['queue', ...LIMIT_KEYS]);
  return readLane(options, given.queue, given)!;
}

/** What `serve` is given. */
export function readServed(effect: string, given: AttemptPolicy): Policy {
  const options = optionsOf(effect);
  for (const option of ['queue', ...LIMIT_KEYS]) if (option in given) options.wrong(option, 'belongs to `engine.provide`: it holds for all that serve the queue');
  return readPolicy(effect, given);
}

/** How long an attempt at an effect may take that was first attempted at `began`, and what to say if it takes longer. */
export function timeLimit(effect: string, { timeoutMs, retry: { withinMs } }: Policy, began: number, now: number): { ms: number; message: string } | null {
  const leftMs = withinMs === null ? Number.POSITIVE_INFINITY : Math.max(0, began + withinMs - now);
  if (timeoutMs !== null && timeoutMs <= leftMs) return { ms: timeoutMs, message: `${effect} took longer than ${timeoutMs} ms` };
  return withinMs === null ? null : { ms: leftMs, message: `All attempts at ${effect} took longer than ${withinMs} ms` };
}
