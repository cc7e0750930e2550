/**
 * The marks of built-in functions that are called by another way than as a method of their own name: borrowed, bound,
 * handed to `call` or `forEach`, or with awaited arguments.
 */
import { types } from 'node:util';
import { metaOf } from './meta.ts';
import { MUTATORS, REGEXP_TAKERS, THIS_TAKERS, type Mutator } from './native-mutators.ts';
import { touchCall, touched } from './touch.ts';

/** Before a built-in is given a callback and what it is called on: a mutator changes that. */
export function touchThis(fn: unknown, self: unknown): void {
  if (MUTATORS.has(fn)) touched(self);
}

/** Before a string method is given a RegExp: its `lastIndex` moves. */
export function touchRegExp(value: unknown): void {
  if (types.isRegExp(value)) touched(value);
}

/** Before `Reflect.apply(fn, self, args)`, where nothing is known of `fn`. */
export function touchApplied(fn: unknown, self: unknown, args: ArrayLike<unknown> | null | undefined): void {
  MARKS.get(fn)?.(self, args ?? []);
}

const MARKS = new Map<unknown, (self: unknown, args: ArrayLike<unknown>) => void>([
  ...[...MUTATORS].map(([fn, mutator]) => [fn, (self: unknown, args: ArrayLike<unknown>) => touchMutated(mutator, self, args)] as const),
  ...[...REGEXP_TAKERS.keys()].map((fn) => [fn, (_: unknown, args: ArrayLike<unknown>) => touchRegExp(args[0])] as const),
  ...[...THIS_TAKERS].map((fn) => [fn, (_: unknown, args: ArrayLike<unknown>) => touchThis(args[0], args[1])] as const),
  [Function.prototype.call, (fn, args) => touchApplied(fn, args[0], Array.prototype.slice.call(args, 1))],
  [Function.prototype.apply, (fn, args) => touchApplied(fn, args[0], args[1] as ArrayLike<unknown>)],
]);

/** Before `object[method](...args)`; `touchCall` tells what it changes in the object itself. */
export function touchComputed(object: unknown, method: unknown, args: unknown[]): void {
  const prototype = typeof object === 'string' ? String.prototype : typeof object === 'function' ? Function.prototype : Array.prototype;
  if (typeof method === 'string') touchApplied(Object.getOwnPropertyDescriptor(prototype, method)?.value, object, args);
}

/** A method of the kind that the object is tells what it changes; `Array.prototype.push` may change anything. */
function touchMutated({ kind, name }: Mutator, self: unknown, args: ArrayLike<unknown>): void {
  const meta = typeof self === 'object' && self !== null ? metaOf(self) : undefined;
  if (meta?.kind !== kind) touched(self);
  else if (meta.open) touchCall(meta, self as object, name, Array.from(args));
}
