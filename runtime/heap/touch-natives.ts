/**
 * The marks of built-in functions that are called by another way than as a method of their own name: borrowed, bound,
 * handed to `call` or `forEach`, or with awaited arguments.
 */
import { types } from 'node:util';
import { metaOf } from './meta.ts';
import { MUTATORS, REGEXP_TAKERS, THIS_TAKERS, type Mutator } from './native-mutators.ts';
import { touchCall, touched } from './touch.ts';

/** Before `fn.call(self)` or `fn.apply(self)`: a built-in mutator changes `self`. */
export function touchThis(fn: unknown, self: unknown): void {
  if (MUTATORS.has(fn)) touched(self);
}

/** Before a string method is given a RegExp: its `lastIndex` moves. */
export function touchRegExp(value: unknown): void {
  if (types.isRegExp(value)) touched(value);
}

/** Before `Reflect.apply(fn, self, args)`, where nothing is known of `fn`. */
export function touchApplied(fn: unknown, self: unknown, args: unknown[]): void {
  const mutator = MUTATORS.get(fn);
  if (mutator !== undefined) touchMutated(mutator, self as object, args);
  else if (REGEXP_TAKERS.has(fn)) touchRegExp(args[0]);
  else if (THIS_TAKERS.has(fn)) touchThis(args[0], args[1]);
  else if (fn === Function.prototype.call) touchApplied(self, args[0], args.slice(1));
  else if (fn === Function.prototype.apply) touchApplied(self, args[0], Array.isArray(args[1]) ? args[1] : []);
}

/** Before `object[method](...args)`; `touchCall` tells what it changes in the object itself. */
export function touchComputed(object: unknown, method: unknown, args: unknown[]): void {
  const prototype = typeof object === 'string' ? String.prototype : typeof object === 'function' ? Function.prototype : Array.prototype;
  if (typeof method === 'string') touchApplied(Object.getOwnPropertyDescriptor(prototype, method)?.value, object, args);
}

/** A method of the kind that the object is tells what it changes; `Array.prototype.push` may change anything. */
function touchMutated({ kind, name }: Mutator, self: unknown, args: unknown[]): void {
  const meta = typeof self === 'object' && self !== null ? metaOf(self) : undefined;
  if (meta?.kind !== kind) touched(self);
  else if (meta.open) touchCall(meta, self as object, name, args);
}
