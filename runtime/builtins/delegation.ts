/**
 * `yield*` (ECMA-262 15.5.5): what resumes the generator is passed on to an inner iterator.
 *
 * The registers say how it was resumed. The results 1 and 2 tell emitted code that the inner iterator has ended with a
 * value, or that the generator shall return; any other is what its step returns, YIELD or DELEGATE. What goes with it
 * is in the value register.
 */
import { DELEGATE, DONE, YIELD } from '../abi.ts';
import { advanceGenerator } from '../machine/generator.ts';
import { registers } from '../machine/registers.ts';
import { callMethod } from './call-method.ts';
import { closeIterator, fromSync } from './iteration.ts';
import { stateOf, type Walk } from './walk.ts';

const ENDED = 1;
const RETURNS = 2;

type How = 'next' | 'throw' | 'return';

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** How the generator was resumed; the registers are clean afterwards. */
function resumption(): { how: How; value: unknown } {
  const { value, failed, returning } = registers;
  registers.value = undefined;
  registers.failed = false;
  registers.returning = false;
  return { how: failed ? 'throw' : returning ? 'return' : 'next', value };
}

function give(status: number, value: unknown): number {
  registers.value = value;
  return status;
}

const noThrow = (): TypeError => new TypeError("The iterator does not provide a 'throw' method.");

/** GetMethod (7.3.11): null and undefined are none; whether it can be called is told when it is. */
function methodOf(object: object, name: string): unknown {
  const method = (object as Record<string, unknown>)[name];
  return method ?? undefined;
}

function checked(result: unknown): { done?: unknown; value?: unknown } {
  if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
  return result;
}

export function delegate(walk: Walk): number {
  const { how, value } = resumption();
  const state = stateOf(walk);
  const { source } = state;
  if (source.kind !== 'generic') {
    // A built-in iterator: it has `next` and nothing else.
    if (how === 'next') {
      const result = state.advance();
      return result === null ? give(ENDED, undefined) : give(YIELD, result.value);
    }
    state.finish();
    if (how === 'throw') throw noThrow();
    return give(RETURNS, value);
  }
  const { of, next } = source;
  if (state.generator !== undefined && how === 'next') {
    const outcome = advanceGenerator(of, state.generator, value);
    return outcome === DONE ? ENDED : outcome;
  }
  const method = how === 'next' ? next : methodOf(of, how);
  if (method === undefined && how !== 'next') {
    if (how === 'return') return give(RETURNS, value);
    closeIterator(walk);
    throw noThrow();
  }
  const result = checked(callMethod(method, of, [value]));
  if (!result.done) return give(DELEGATE, result);
  return give(how === 'return' ? RETURNS : ENDED, result.value);
}

// ——— In async generators ———

/** What `delegateAsync` has called, and so what its awaited result means. */
const CALLED = 0;
const CALLED_RETURN = 1;
const NO_RETURN = 2;
const CLOSED = 3;

/** Calls a method of the inner iterator; its result, to be awaited, is in the value register. */
export function delegateAsync(walk: Walk): number {
  const { how, value } = resumption();
  const { source } = stateOf(walk);
  if (source.kind !== 'async') throw new TypeError('not an async iterator');
  if (source.sync) return give(how === 'return' ? CALLED_RETURN : CALLED, ofSync(source.of as Walk, how, value));
  const { of, next } = source;
  const method = how === 'next' ? next : methodOf(of, how);
  if (method !== undefined || how === 'next') return give(how === 'return' ? CALLED_RETURN : CALLED, callMethod(method, of, [value]));
  if (how === 'return') return give(NO_RETURN, value);
  // AsyncIteratorClose (7.4.13), and then it is an error.
  const close = methodOf(of, 'return');
  if (close === undefined) throw noThrow();
  return give(CLOSED, callMethod(close, of, []));
}

/** Looks at the awaited result of what `delegateAsync` has called. */
export function delegated(_walk: Walk, called: number, result: unknown): number {
  if (called === NO_RETURN) return give(RETURNS, result);
  const pair = checked(result);
  if (called === CLOSED) throw noThrow();
  if (!pair.done) return give(YIELD, pair.value);
  return give(called === CALLED_RETURN ? RETURNS : ENDED, pair.value);
}

/** %AsyncFromSyncIteratorPrototype% (27.1.4.2) with a value. */
function ofSync(walk: Walk, how: How, value: unknown): unknown {
  const state = stateOf(walk);
  const { source } = state;
  if (source.kind !== 'generic') {
    return fromSync(() => {
      if (how === 'next') {
        const result = state.advance();
        return { done: result === null, value: result?.value };
      }
      state.finish();
      if (how === 'throw') throw value;
      return { done: true, value };
    });
  }
  const { of, next } = source;
  return fromSync(() => {
    const method = how === 'next' ? next : methodOf(of, how);
    if (method !== undefined || how === 'next') return checked(callMethod(method, of, [value]));
    if (how === 'throw') throw value;
    return { done: true, value };
  });
}
