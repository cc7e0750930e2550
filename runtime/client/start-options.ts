/**
 * How a run is started, as apps say it: checked, and with durations and values as the store takes them.
 */
import type { Channel } from '../builtins/waiting.ts';
import { durationMs } from '../builtins/duration.ts';
import type { NewRun, OnConflict } from '../control/start.ts';
import { checkKey } from '../engine/key.ts';
import { PerdureError } from '../errors.ts';
import { messageOf, type ChannelOf, type SendOptions } from './message.ts';

export type Duration = number | string;

export interface StartOptions<A extends unknown[]> {
  /** The run's id. Default: a UUID, later ones sort later. Starting it again with the same arguments gives the same run. */
  id?: string;
  args?: A;
  /**
   * What becomes of a start whose id is taken. `return` (default): it gives the run that is there, if workflow and arguments are the
   * same. `fail`: it is refused. `replace-finished`: a run that is over gives its id up.
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
  send?: readonly Sent[];
}

export type Sent = readonly [channel: ChannelOf<unknown> | string, message: unknown, options?: SendOptions];

/** The options of one of many runs. */
export type ManyOptions<A extends unknown[]> = Omit<StartOptions<A>, 'onConflict' | 'debounce'>;

const TAGS_MAX = 50;
const PRIORITY_MAX = 2 ** 31 - 1;
const LIMIT_MAX = 10_000;
/** No moment that a database knows is later. */
const MS_MAX = 8e15;

/** Throws PerdureError `start_options`, `key`, and what is wrong with a message. */
export function admissionOf(options: StartOptions<never[]>): Omit<NewRun, 'id' | 'args'> {
  const { at, after, deadline, priority = 0, tags = {}, concurrency, debounce, send = [] } = options;
  if (at !== undefined && !isMoment(at)) throw wrong('at', 'must be a valid Date');
  if ([at, after, debounce].filter((option) => option !== undefined).length > 1) throw wrong('at, after and debounce', 'exclude each other');
  if (!Number.isInteger(priority) || Math.abs(priority) > PRIORITY_MAX) throw wrong('priority', 'must be a whole number');
  if (debounce !== undefined && send.length > 0) throw wrong('send', 'cannot be together with debounce');
  return {
    priority,
    startMs: at?.getTime() ?? null,
    delayMs: after === undefined ? null : duration('after', after),
    turn: concurrency === undefined ? null : turnOf(concurrency),
    tags: tagsOf(tags),
    messages: send.map(([channel, message, own = {}]) => messageOf(channel as unknown as Channel | string, message, own)),
    ...(deadline === undefined ? {} : { deadline: deadlineOf(deadline) }),
    ...(debounce === undefined ? {} : { debounce: debounceOf(debounce) }),
  };
}

const isMoment = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

function deadlineOf(deadline: Duration | Date): NonNullable<NewRun['deadline']> {
  if (!(deadline instanceof Date)) return { afterMs: duration('deadline', deadline) };
  if (!isMoment(deadline)) throw wrong('deadline', 'must be a valid Date, or a duration');
  return { atMs: deadline.getTime() };
}

export function onConflictOf({ onConflict = 'return' }: { onConflict?: OnConflict | undefined }): OnConflict {
  if (['return', 'fail', 'replace-finished'].includes(onConflict)) return onConflict;
  throw wrong('onConflict', "must be 'return', 'fail' or 'replace-finished'");
}

const wrong = (option: string, why: string): PerdureError => new PerdureError('start_options', `Wrong start: ${option} ${why}.`);

function duration(option: string, value: Duration): number {
  try {
    return Math.min(durationMs(value), MS_MAX);
  } catch (error) {
    throw wrong(option, `is no duration: ${(error as Error).message}`);
  }
}

function turnOf({ key, limit = 1 }: { key: string; limit?: number }): { key: string; limit: number } {
  checkKey(key, 'concurrency.key');
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) throw wrong('concurrency.limit', `must be a whole number from 1 to ${LIMIT_MAX}`);
  return { key, limit };
}

function debounceOf({ key, wait, max }: { key: string; wait: Duration; max?: Duration }): NonNullable<NewRun['debounce']> {
  checkKey(key, 'debounce.key');
  return { key, waitMs: duration('debounce.wait', wait), maxMs: max === undefined ? null : duration('debounce.max', max) };
}

/** Tags as text: a filter finds 42 by 42 and by '42'. */
export function tagsOf(tags: Record<string, string | number | boolean>): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > TAGS_MAX) throw wrong('tags', `can be ${TAGS_MAX} at the most`);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const text = ['number', 'boolean'].includes(typeof value) ? String(value) : value;
      checkKey(name, 'The name of a tag');
      checkKey(text, `The value of the tag '${name}'`);
      return [name, text];
    }),
  );
}
