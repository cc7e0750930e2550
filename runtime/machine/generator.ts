/**
 * Generators (ECMA-262 27.5) and async generators (27.6): objects over a frame of their own.
 *
 * The frame runs when `next`, `throw` or `return` is called and stops at a `yield`. A generator's step runs on the
 * native stack of its caller, so it is never under way at a checkpoint. An async generator's frame also waits, like
 * that of an async function; what is asked of it meanwhile stands in its queue.
 *
 *     start ──next──▶ running ──yield──▶ suspended ──next, throw, return──▶ running ──▶ done
 *
 * "start" and "suspended" are told apart by the frame's place: its first label is the start of the body.
 */
import { DELEGATE, DONE, YIELD } from '../abi.ts';
import { InternalError } from '../errors.ts';
import { metaOf } from '../heap/meta.ts';
import { touchWhole } from '../heap/touch.ts';
import type { Frame } from './frame.ts';
import { branding, instanceOf, prototypesOf } from './generator-function.ts';
import { describe } from './describe.ts';
import { registers } from './registers.ts';

/** How a generator is resumed (a completion record, 6.2.4). */
export type Resumption = 'next' | 'throw' | 'return';

export class GeneratorState {
  /** Null when it has finished. */
  frame: Frame | null;
  running = false;

  constructor(frame: Frame | null) {
    this.frame = frame;
  }
}

export const { stateOf: generatorOf, stateIn, brand: makeGenerator } = branding<GeneratorState>();

const methods = {
  next(this: unknown, value: unknown): IteratorResult<unknown> {
    return resume(this, 'next', value);
  },
  return(this: unknown, value: unknown): IteratorResult<unknown> {
    return resume(this, 'return', value);
  },
  throw(this: unknown, error: unknown): IteratorResult<unknown> {
    return resume(this, 'throw', error);
  },
};

const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;

export const GENERATOR = prototypesOf('Generator', iteratorPrototype, methods);

// ——— Making ———

/** `$generate(frame, function)` (27.5.3.1): evaluates the parameters, unless there is nothing to evaluate. */
export function generate(frame: Frame, fn: Function | undefined): object {
  if (frame.$pc === 0) frame.$k.step(frame);
  return makeGenerator(instanceOf(fn, GENERATOR.ofObjects), new GeneratorState(frame));
}

// ——— Running ———

const result = (value: unknown, done: boolean): IteratorResult<unknown> => ({ value, done }) as IteratorResult<unknown>;

/** GeneratorResume and GeneratorResumeAbrupt (27.5.3.3, 27.5.3.4). */
function resume(receiver: unknown, how: Resumption, value: unknown): IteratorResult<unknown> {
  let state: GeneratorState;
  try {
    state = stateIn(receiver);
  } catch {
    throw new TypeError(`${how} method called on incompatible receiver ${describe(receiver)}`);
  }
  if (state.running) throw new TypeError('Generator is already running');
  if (state.frame !== null && how !== 'next' && state.frame.$pc === 1) finish(receiver as object, state);
  if (state.frame === null) {
    if (how === 'throw') throw value;
    return result(how === 'return' ? value : undefined, true);
  }
  const outcome = step(receiver as object, state, state.frame, how, value);
  const given = registers.value;
  registers.value = undefined;
  return outcome === DELEGATE ? (given as IteratorResult<unknown>) : result(given, outcome === DONE);
}

/**
 * `next` without a result object, for loops and `yield*`: what it returns says what is in the value register, a value
 * (YIELD), the result object of an inner iterator (DELEGATE), or the value of the end (DONE).
 */
export function advanceGenerator(generator: object, state: GeneratorState, value?: unknown): number {
  if (state.running) throw new TypeError('Generator is already running');
  if (state.frame !== null) return step(generator, state, state.frame, 'next', value);
  registers.value = undefined;
  return DONE;
}

export const generatorNext: unknown = methods.next;

function step(generator: object, state: GeneratorState, frame: Frame, how: Resumption, value: unknown): number {
  registers.value = value;
  registers.failed = how === 'throw';
  registers.returning = how === 'return';
  state.running = true;
  let outcome: Frame | number = DONE;
  try {
    outcome = frame.$k.step(frame);
  } finally {
    state.running = false;
    if (outcome === DONE) finish(generator, state);
  }
  if (outcome !== YIELD && outcome !== DELEGATE && outcome !== DONE) {
    throw new InternalError(`the generator ${frame.$k.id} returned ${String(outcome)}`);
  }
  return outcome;
}

function finish(generator: object, state: GeneratorState): void {
  const meta = metaOf(generator);
  if (meta !== undefined) touchWhole(meta);
  state.frame = null;
}

/** `$returned()`: what `return` brought. */
export function returned(): unknown {
  const { value } = registers;
  registers.returning = false;
  registers.value = undefined;
  return value;
}
