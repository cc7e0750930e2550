/**
 * What makes a call of an effect wait before it is attempted: a limit for all workers together, or that other processes make it.
 */
import type { Options } from '../../engine/options.ts';
import { PerdureError } from '../../errors.ts';

export interface LimitOptions<A extends unknown[] = any[]> {
  /** How many attempts may be under way at a time, on all workers together. */
  concurrency?: number;
  /** How many attempts may begin within any time that long, on all workers together. */
  rate?: { limit: number; per: number | string };
  /** What the limits are for, each apart, such as a customer. Default: all calls of the effect together. */
  key?(...args: A): string;
}

export const LIMIT_KEYS = ['concurrency', 'rate', 'key'] as const;

/** How calls of an effect wait. */
export interface Lane {
  /** Empty: any worker that provides the effect makes it. */
  queue: string;
  concurrency: number | null;
  rate: { limit: number; perMs: number } | null;
  key: ((...args: unknown[]) => unknown) | null;
}

const KEY_MAX = 200;

/** Null: calls of the effect need not wait. */
export function readLane(options: Options, queue: string | undefined, given: LimitOptions): Lane | null {
  const { concurrency, rate, key } = given;
  options.checkType('key', key, 'function', 'a function');
  if (queue !== undefined) checkQueue(queue, (why) => options.wrong('queue', why));
  if (key !== undefined && concurrency === undefined && rate === undefined) options.wrong('key', 'is for `concurrency` or `rate`, and there is neither');
  if (queue === undefined && concurrency === undefined && rate === undefined) return null;
  if (rate !== undefined) options.checkKeys(rate, ['limit', 'per'], 'rate');
  const perMs = rate === undefined ? 0 : options.pause('rate.per', rate.per);
  return {
    queue: queue ?? '',
    concurrency: concurrency === undefined ? null : options.wholeNumber('concurrency', concurrency),
    rate: rate === undefined ? null : { limit: options.wholeNumber('rate.limit', rate.limit), perMs },
    key: (key as Lane['key'] | undefined) ?? null,
  };
}

export function checkQueue(queue: unknown, wrong: (why: string) => never): asserts queue is string {
  if (typeof queue !== 'string' || queue === '' || queue.length > KEY_MAX || queue.includes('\0')) wrong(`must be a text of 1 to ${KEY_MAX} characters`);
}

/** What a call is counted with. Throws what `key` throws, and `key` for what it must not return. */
export function laneName(effect: string, { key }: Lane, args: unknown[]): string {
  if (key === null) return effect;
  const text = key(...args);
  if (typeof text === 'string' && text !== '' && text.length <= KEY_MAX && !text.includes('\0')) return `${effect} ${text}`;
  throw new PerdureError('key', `The policy 'key' of effect '${effect}' must return a text of 1 to ${KEY_MAX} characters, without NUL.`);
}
