/**
 * The job queue (ECMA-262 9.5). Empty at every checkpoint, so it is never stored.
 */
import type { Frame } from './frame.ts';
import type { Promise, Reaction } from './promise.ts';

export type Job =
  /** Goes on with a frame. */
  | { kind: 'resume'; frame: Frame; failed: boolean; value: unknown }
  /** NewPromiseReactionJob (27.2.2.1). */
  | { kind: 'react'; reaction: Reaction; failed: boolean; value: unknown }
  /** NewPromiseResolveThenableJob (27.2.2.2). */
  | { kind: 'adopt'; promise: Promise; thenable: object; then: Function };

/**
 * The jobs from `head` to `tail`; places outside hold nothing. The array keeps its length: to set it throws the store
 * away (measured: a fifth of the time of a stream of awaits).
 */
let queue: (Job | undefined)[] = [];
let head = 0;
let tail = 0;

/** Places that are kept for the next cycle. */
const KEPT_MAX = 1024;

/** Functions, not an object with a getter: V8 does not see through those (measured: 10 ns for each question). */
export function pushJob(job: Job): void {
  queue[tail++] = job;
}

export function noJobs(): boolean {
  return head === tail;
}

export function takeJob(): Job | undefined {
  if (head === tail) return undefined;
  const job = queue[head];
  // Do not hold on to what has run.
  queue[head++] = undefined;
  if (head === tail) rewind();
  return job;
}

function rewind(): void {
  head = 0;
  tail = 0;
  if (queue.length > KEPT_MAX) queue = [];
}

/** After a fault: what is left belongs to a cycle that did not happen. */
export function clearJobs(): void {
  queue = [];
  rewind();
}
