/**
 * Async generators (ECMA-262 27.6): a frame that waits like an async function's and yields to whoever asked first.
 *
 * Every call of `next`, `throw` or `return` is a request with a promise; requests that arrive while the frame runs
 * or waits stand in the queue, the one being answered first. The frame points up to its generator.
 *
 *     suspended ──request──▶ running ──yield──▶ suspended (or on with the next request) … ──▶ done
 *     start or done ──return──▶ returning: its value is awaited ──▶ done
 */
import { READY, WAIT } from '../abi.ts';
import { metaOf } from '../heap/meta.ts';
import { touchWhole } from '../heap/touch.ts';
import { builtinClosure, cellOf } from './builtin-closure.ts';
import { run } from './drive.ts';
import type { Frame } from './frame.ts';
import { branding, instanceOf, prototypesOf } from './generator-function.ts';
import type { Resumption } from './generator.ts';
import { describe } from './describe.ts';
import { newPromise, performThen, Promise, promiseResolve, resolvePromise, settle } from './promise.ts';
import { registers } from './registers.ts';

/** An AsyncGeneratorRequest (27.6.3.1). */
export interface GeneratorRequest {
  how: Resumption;
  value: unknown;
  to: Promise;
}

export type AsyncGeneratorStatus = 'suspended' | 'running' | 'returning' | 'done';

export class AsyncGeneratorState {
  status: AsyncGeneratorStatus = 'suspended';
  /** Null once it is done or returning from its start. */
  frame: Frame | null;
  queue: GeneratorRequest[] = [];

  constructor(frame: Frame | null) {
    this.frame = frame;
  }
}

export const { stateOf: asyncGeneratorOf, stateIn, brand: makeAsyncGenerator } = branding<AsyncGeneratorState>();

const methods = {
  next(this: unknown, value: unknown): Promise {
    return ask(this, 'next', value);
  },
  return(this: unknown, value: unknown): Promise {
    return ask(this, 'return', value);
  },
  throw(this: unknown, error: unknown): Promise {
    return ask(this, 'throw', error);
  },
};

const asyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)) as object;

export const ASYNC_GENERATOR = prototypesOf('AsyncGenerator', asyncIteratorPrototype, methods);

/** `$generateAsync(frame, function)`: evaluates the parameters, unless there is nothing to evaluate. */
export function generateAsync(frame: Frame, fn: Function | undefined): object {
  if (frame.$pc === 0) frame.$k.step(frame);
  const generator = makeAsyncGenerator(instanceOf(fn, ASYNC_GENERATOR.ofObjects), new AsyncGeneratorState(frame));
  frame.$up = generator;
  return generator;
}

function mark(generator: object): void {
  const meta = metaOf(generator);
  if (meta !== undefined) touchWhole(meta);
}

/** AsyncGenerator.prototype.next, return and throw (27.6.1.2 to 27.6.1.4). */
function ask(receiver: unknown, how: Resumption, value: unknown): Promise {
  const to = newPromise();
  let state: AsyncGeneratorState;
  try {
    state = stateIn(receiver);
  } catch {
    settle(to, true, new TypeError(`${how} method called on incompatible receiver ${describe(receiver)}`));
    return to;
  }
  const generator = receiver as object;
  mark(generator);
  if (how !== 'next' && state.status === 'suspended' && state.frame!.$pc === 1) end(state);
  if (state.status === 'done' && how !== 'return') {
    answer(to, how === 'throw', how === 'throw' ? value : undefined, true);
    return to;
  }
  state.queue.push({ how, value, to });
  if (state.status === 'done') awaitReturn(generator, state);
  else if (state.status === 'suspended') resume(state, how, value);
  return to;
}

/** A request is answered with a result object, or by a rejection. */
function answer(to: Promise, failed: boolean, value: unknown, done: boolean): void {
  if (failed) settle(to, true, value);
  else resolvePromise(to, { value, done });
}

function end(state: AsyncGeneratorState): void {
  state.status = 'done';
  state.frame = null;
}

/** AsyncGeneratorResume (27.6.3.6): on the native stack of who asks. */
function resume(state: AsyncGeneratorState, how: Resumption, value: unknown): void {
  state.status = 'running';
  const { direct } = registers;
  registers.direct = false;
  load(how, value);
  run(state.frame!);
  registers.direct = direct;
}

function load(how: Resumption, value: unknown): void {
  registers.value = value;
  registers.failed = how === 'throw';
  registers.returning = how === 'return';
}

/** AsyncGeneratorYield (27.6.3.8), of a value that has been awaited. */
export function yieldAsync(frame: Frame, value: unknown): number {
  const generator = frame.$up as object;
  const state = stateIn(generator);
  mark(generator);
  answer(state.queue.shift()!.to, false, value, false);
  const [next] = state.queue;
  if (next === undefined) {
    state.status = 'suspended';
    return WAIT;
  }
  load(next.how, next.value);
  return READY;
}

/** The frame has ended (AsyncGeneratorStart step 4.g, 27.6.3.2). */
export function finishAsyncGenerator(frame: Frame, failed: boolean, value: unknown): void {
  const generator = frame.$up as object;
  const state = stateIn(generator);
  mark(generator);
  end(state);
  answer(state.queue.shift()!.to, failed, value, true);
  drain(generator, state);
}

/** AsyncGeneratorDrainQueue (27.6.3.10). */
function drain(generator: object, state: AsyncGeneratorState): void {
  for (let [next] = state.queue; next !== undefined; [next] = state.queue) {
    if (next.how === 'return') {
      awaitReturn(generator, state);
      return;
    }
    state.queue.shift();
    answer(next.to, next.how === 'throw', next.how === 'throw' ? next.value : undefined, true);
  }
}

/** AsyncGeneratorAwaitReturn (27.6.3.9). */
function awaitReturn(generator: object, state: AsyncGeneratorState): void {
  state.status = 'returning';
  let promise: Promise;
  try {
    promise = promiseResolve(Promise, state.queue[0]!.value) as Promise;
  } catch (error) {
    returned(generator, true, error);
    return;
  }
  const env = generatorCell(generator);
  performThen(promise, { kind: 'then', to: newPromise(), fulfilled: returnedWith(env), rejected: returnFailed(env) });
}

function returned(generator: object, failed: boolean, value: unknown): void {
  const state = stateIn(generator);
  mark(generator);
  end(state);
  answer(state.queue.shift()!.to, failed, value, true);
  drain(generator, state);
}

const generatorCell = cellOf((generator?: object) => ({ $m: undefined, $up: undefined, generator }));

const returnedWith = builtinClosure('%AsyncGenerator/returned', (env) => (value: unknown) => {
  returned(env.generator as object, false, value);
});

const returnFailed = builtinClosure('%AsyncGenerator/returnFailed', (env) => (reason: unknown) => {
  returned(env.generator as object, true, reason);
});
