/**
 * The job queue (ECMA-262 9.5). Empty at every checkpoint, so it is never stored.
 *
 * A ring, in which a job is four places side by side: what to do, with what, and what that needs. No object is made for
 * a job: every `await` is one (measured: a tenth of the time of a `Promise.all` of short calls).
 */
import type { Frame } from './frame.ts';
import type { Promise, Reaction } from './promise.ts';
import type { Scope } from './scope.ts';

/** Goes on with a frame: the frame, what it awaited. */
export const RESUME = 0;
/** … by throwing that. */
export const RESUME_FAILED = 1;
/** NewPromiseReactionJob (27.2.2.1): the reaction, what its promise was fulfilled with. */
export const REACT = 2;
/** … was rejected with. */
export const REACT_FAILED = 3;
/** NewPromiseResolveThenableJob (27.2.2.2): the promise, the thenable, its `then`. */
export const ADOPT = 4;
/** RESUME, RESUME_FAILED and ADOPT in a scope: it stands last; of ADOPT with what stood there, as `[then, scope]`. */
export const RESUME_IN = 5;
export const RESUME_FAILED_IN = 6;
export const ADOPT_IN = 7;

type Perform = (what: number, whom: unknown, value: unknown, then: unknown) => void;

const PLACES = 4;
/** A ring of this size is kept for the next cycle. */
const KEPT = 256 * PLACES;

const emptyRing = (places: number): unknown[] => new Array<unknown>(places).fill(undefined);

/** The jobs from `head` to `tail`; all other places hold undefined, so that nothing is held that has run. */
let ring = emptyRing(KEPT);
let head = 0;
let tail = 0;

export function noJobs(): boolean {
  return head === tail;
}

export function pushResume(frame: Frame, failed: boolean, value: unknown): void {
  push(failed ? RESUME_FAILED : RESUME, frame, value);
}

export function pushResumeIn(scope: Scope, frame: Frame, failed: boolean, value: unknown): void {
  ring[tail + 3] = scope;
  push(failed ? RESUME_FAILED_IN : RESUME_IN, frame, value);
}

export function pushReaction(reaction: Reaction, failed: boolean, value: unknown): void {
  push(failed ? REACT_FAILED : REACT, reaction, value);
}

export function pushAdoption(promise: Promise, thenable: object, then: Function): void {
  ring[tail + 3] = then;
  push(ADOPT, promise, thenable);
}

export function pushAdoptionIn(scope: Scope, promise: Promise, thenable: object, then: Function): void {
  ring[tail + 3] = [then, scope];
  push(ADOPT_IN, promise, thenable);
}

function push(what: number, whom: unknown, value: unknown): void {
  ring[tail] = what;
  ring[tail + 1] = whom;
  ring[tail + 2] = value;
  tail = (tail + PLACES) & (ring.length - 1);
  if (tail === head) grow();
}

/** The ring is full: the jobs move to the front of one twice as large. */
function grow(): void {
  const larger = emptyRing(ring.length * 2);
  for (let i = 0; i < ring.length; i++) larger[i] = ring[(head + i) & (ring.length - 1)];
  head = 0;
  tail = ring.length;
  ring = larger;
}

/** Performs jobs until none is left. */
export function performJobs(perform: Perform): void {
  while (head !== tail) {
    const at = head;
    const what = ring[at] as number;
    const whom = ring[at + 1];
    const value = ring[at + 2];
    const then = ring[at + 3];
    ring[at + 1] = undefined;
    ring[at + 2] = undefined;
    ring[at + 3] = undefined;
    head = (at + PLACES) & (ring.length - 1);
    perform(what, whom, value, then);
  }
  if (ring.length > KEPT) clearJobs();
}

/** After a fault: what is left belongs to a cycle that did not happen. */
export function clearJobs(): void {
  ring = emptyRing(KEPT);
  head = 0;
  tail = 0;
}
