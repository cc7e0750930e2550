/**
 * The kinds of suspendable functions: what their functions look like, and what becomes of a frame that ends.
 */
import { ASYNC_GENERATOR, finishAsyncGenerator } from './async-generator.ts';
import type { Frame, Starts } from './frame.ts';
import { asGeneratorFunction } from './generator-function.ts';
import { GENERATOR } from './generator.ts';

export const ASYNC_FUNCTION_PROTOTYPE = Object.getPrototypeOf(async function () {}) as object;

/** `$suspendable(fn, 'generate')`. */
export function suspendable(fn: Function, starts: Starts): void {
  switch (starts) {
    case 'begin':
      Object.setPrototypeOf(fn, ASYNC_FUNCTION_PROTOTYPE);
      return;
    case 'generate':
      asGeneratorFunction(fn, GENERATOR);
      return;
    case 'generateAsync':
      asGeneratorFunction(fn, ASYNC_GENERATOR);
  }
}

/** The [[Prototype]] of a function of a machine. */
export function functionPrototypeOf(starts: Starts): object {
  if (starts === 'begin') return ASYNC_FUNCTION_PROTOTYPE;
  return starts === 'generate' ? GENERATOR.ofFunctions : ASYNC_GENERATOR.ofFunctions;
}

/** Who hears of the end of a frame that nobody awaits. */
export const finisherOf = (starts: Starts): ((frame: Frame, failed: boolean, value: unknown) => void) | undefined =>
  starts === 'generateAsync' ? finishAsyncGenerator : undefined;
