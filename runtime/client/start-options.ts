/**
 * How a run is started, as apps say it: checked, and with durations and values as the store takes them.
 */
import type { Channel } from '../builtins/waiting.ts';
import type { Message } from '../control.ts';
import type { NewRun, OnConflict } from '../control/start.ts';
import { checkedTags, isPriority, PRIORITIES } from '../engine/admission.ts';
import { checkKey } from '../engine/key.ts';
import { Options } from '../engine/options.ts';
import { messageOf, type ChannelOf, type SendOptions } from './message.ts';

export type Duration = number | string;

/** The arguments of a workflow: they may be left out only if it needs none. */
export type Arguments<A extends unknown[]> = [] extends A ? { args?: NoInfer<A> } : { args: NoInfer<A> };

/** The options of a start; `S` is what the messages in `send` are. */
export type StartOptions<A extends unknown[], S extends readonly unknown[] = readonly any[]> = Settings<S> & Arguments<A>;

/** What follows the workflow in a call: its options, which may be left out only if it needs no arguments. */
export type OptionsArgument<A extends unknown[], O> = [] extends A ? [options?: O] : [options: O];

/** All that is said of a start but its arguments. */
interface Settings<S extends readonly unknown[] = readonly any[]> {
  /** The run's id. Default: a UUID, later ones sort later. Starting it again with the same arguments gives the same run. */
  id?: string;
  /**
   * What becomes of a start whose id is taken. `return` (default): it gives the run that is there, if workflow and arguments are the
   * same. `fail`: it is refused. `replace-finished`: a run that is over gives up the id that was chosen for it.
   */
  onConflict?: OnConflict;
  /** Not before this moment. */
  at?: Date;
  /** Not before so much time has passed. */
  after?: Duration;
  /** It is cancelled at this moment, or so much time after it was to begin. */
  deadline?: Duration | Date;
  /** Of the runs that are due, those with more go first. Default: 0. */
  priority?: number;
  /** What the run is called beside its id: `engine.list` and bulk operations find it by these. */
  tags?: Record<string, string | number | boolean>;
  /** Of the runs with this key, so many go on at a time (default: 1); the others wait, and begin in order. */
  concurrency?: { key: string; limit?: number };
  /** Starts of the workflow with this key that follow each other within `wait` are one, with the last arguments. */
  debounce?: { key: string; wait: Duration; max?: Duration };
  /** Messages that the run finds in its channels when it begins. */
  send?: { readonly [K in keyof S]: Sent<S[K]> };
}

/** A message, typed by its channel. */
export type Sent<T = any> = readonly [channel: ChannelOf<T> | string, message: NoInfer<T>, options?: SendOptions];

/** The options of one of many runs. */
export type ManyOptions<A extends unknown[], S extends readonly unknown[] = readonly any[]> = Omit<Settings<S>, 'onConflict' | 'debounce'> & Arguments<A>;

/** The options of a start with a message, which is for the run of this id. */
export type SendWithStartOptions<A extends unknown[], S extends readonly unknown[] = readonly any[]> = Omit<Settings<S>, 'debounce' | 'onConflict'> & {
  id: string;
  /** What becomes of a run that is there: it gets the message; with `replace-finished` one that is over gives up its id. */
  onConflict?: Exclude<OnConflict, 'fail'>;
} & Arguments<A>;

/** The options of a start, of whatever workflow. */
export type AnyOptions = Settings & { args?: unknown };

const LIMIT_MAX = 10_000;
/** Some 15,000 years: what is added to the last moment that there is for `Date` is one that databases know. */
const DEADLINE_MAX_MS = 5e14;

const MANY_KEYS = ['id', 'args', 'at', 'after', 'deadline', 'priority', 'tags', 'concurrency', 'send'];
/** What may be said of one start, of one of many, and of a start with a message. */
export const KEYS = {
  start: [...MANY_KEYS, 'debounce', 'onConflict'],
  many: MANY_KEYS,
  sendWithStart: [...MANY_KEYS, 'onConflict'],
} as const;

const options: Options = new Options('start_options', 'Wrong start');

/** Throws PerdureError `start_options`, `key`, and what is wrong with a message. */
export function admissionOf(given: AnyOptions, keys: readonly string[] = KEYS.start): Omit<NewRun, 'id' | 'args'> {
  options.checkKeys(given, keys);
  const { at, after, deadline, priority = 0, tags = {}, concurrency, debounce, send = [] } = given;
  if (at !== undefined && !isMoment(at)) options.wrong('at', 'must be a valid Date');
  if ([at, after, debounce].filter((option) => option !== undefined).length > 1) options.wrong('at, after and debounce', 'exclude each other');
  if (!isPriority(priority)) options.wrong('priority', `must be ${PRIORITIES}`);
  if (debounce !== undefined && send.length > 0) options.wrong('send', 'cannot be together with debounce');
  return {
    priority,
    startMs: at === undefined ? null : Math.max(at.getTime(), 0), // what is over is over: databases begin later than `Date`
    delayMs: options.durationOrNull('after', after),
    turn: concurrency === undefined ? null : turnOf(concurrency),
    tags: checkedTags(tags),
    messages: sentOf(send),
    ...(deadline === undefined ? {} : { deadline: deadlineOf(deadline) }),
    ...(debounce === undefined ? {} : { debounce: debounceOf(debounce) }),
  };
}

const isMoment = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

function deadlineOf(deadline: Duration | Date): NonNullable<NewRun['deadline']> {
  if (!(deadline instanceof Date)) return { afterMs: Math.min(options.duration('deadline', deadline), DEADLINE_MAX_MS) };
  if (!isMoment(deadline)) options.wrong('deadline', 'must be a valid Date, or a duration');
  return { atMs: deadline.getTime() };
}

export function onConflictOf({ onConflict = 'return' }: { onConflict?: OnConflict | undefined }): OnConflict {
  if (['return', 'fail', 'replace-finished'].includes(onConflict)) return onConflict;
  options.wrong('onConflict', "must be 'return', 'fail' or 'replace-finished'");
}

export function manyConflictOf(list: unknown, given: { onConflict?: OnConflict | undefined }): OnConflict {
  if (!Array.isArray(list)) options.refuse('`startMany` takes a list of runs, each { id, args, … }');
  options.checkKeys(given, ['onConflict']);
  return onConflictOf(given);
}

export function sendConflictOf(given: { id?: string; onConflict?: OnConflict | undefined }): 'return' | 'replace-finished' {
  const onConflict = onConflictOf(given);
  if (onConflict === 'fail') options.wrong('onConflict', "must be 'return' or 'replace-finished': a run that is there gets the message");
  if (given.id === undefined) options.wrong('id', 'is missing: whom the message is for');
  return onConflict;
}

function sentOf(send: readonly Sent[]): Message[] {
  const isSent = (one: unknown): one is Sent => Array.isArray(one) && one.length >= 1 && one.length <= 3;
  if (!Array.isArray(send) || !send.every(isSent)) options.wrong('send', 'must be a list of messages, each an array: [[channel, message, { key }], …]');
  return send.map(([channel, message, own = {}]) => messageOf(channel as unknown as Channel | string, message, own));
}

/** Throws PerdureError `start_options`. */
export function argsOf(args: unknown): unknown[] {
  return args === undefined ? [] : Array.isArray(args) ? args : options.wrong('args', 'must be an array: one element per argument');
}

function turnOf(given: { key: string; limit?: number }): { key: string; limit: number } {
  options.checkKeys(given, ['key', 'limit'], 'concurrency');
  const { key, limit = 1 } = given;
  checkKey(key, 'concurrency.key');
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) options.wrong('concurrency.limit', `must be a whole number from 1 to ${LIMIT_MAX}`);
  return { key, limit };
}

function debounceOf(given: { key: string; wait: Duration; max?: Duration }): NonNullable<NewRun['debounce']> {
  options.checkKeys(given, ['key', 'wait', 'max'], 'debounce');
  const { key, wait, max } = given;
  checkKey(key, 'debounce.key');
  return { key, waitMs: options.duration('debounce.wait', wait), maxMs: options.durationOrNull('debounce.max', max) };
}
