/**
 * Iteration in exploded code, and the iterators a program can hold.
 *
 * A loop with an `await` in it keeps its iterator in the frame, so it must be one that can be stored: a walk.
 * The same goes for what `keys()`, `values()`, `entries()` and `matchAll()` return, which a program may keep in
 * a variable; those walks have the prototypes that ECMA-262 gives them.
 */
import { types } from 'node:util';
import { isInBounds, TypedArray } from '../heap/binary.ts';
import { builtinClosure, cellOf } from '../machine/builtin-closure.ts';
import { isNextJob } from '../machine/drive.ts';
import { newPromise, performThen, Promise, promiseResolve, settle } from '../machine/promise.ts';
import { registers } from '../machine/registers.ts';
import { callMethod } from './call-method.ts';
import { type Matches, matchesIn, matchesOf, regExpMatchAll } from './matches.ts';
import { keyedIterator, stateOf, Walk, walkOf, type WalkMode } from './walk.ts';

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

const arrayValues = Array.prototype.values;
const typedArrayValues = (TypedArray.prototype as Uint8Array).values;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
/** %IteratorPrototype%[Symbol.iterator], of iterators that are iterable. */
const itself = (Object.getPrototypeOf(Object.getPrototypeOf([].values())) as Iterable<unknown>)[Symbol.iterator];
const stringIterator = String.prototype[Symbol.iterator];

// ——— for-of and destructuring ———

/** GetIterator (ECMA-262 7.4.3), as a walk. Untouched built-ins are walked as data. */
export function iterate(iterable: unknown, text?: string): Walk {
  const method: unknown = iterable === null || iterable === undefined ? undefined : (iterable as Iterable<unknown>)[Symbol.iterator];
  if (typeof method !== 'function') throw new TypeError(`${text ?? describe(iterable)} is not iterable`);
  if (method === arrayValues) return arrayWalk(Object(iterable) as ArrayLike<unknown>, 'values');
  if (method === typedArrayValues && types.isTypedArray(iterable) && isInBounds(iterable)) return arrayWalk(iterable, 'values');
  if (method === stringIterator && typeof iterable === 'string') return new Walk({ kind: 'string', of: iterable, at: 0 });
  if (method === mapEntries && types.isMap(iterable)) return keyedWalk(iterable, 'entries');
  if (method === setValues && types.isSet(iterable)) return keyedWalk(iterable, 'values');
  const iterator: unknown = method === itself ? iterable : Reflect.apply(method, iterable, []);
  if (!isObject(iterator)) throw new TypeError(`Result of the Symbol.iterator method is not an object`);
  return new Walk({ kind: 'generic', of: iterator, next: (iterator as { next: Function }).next });
}

const arrayWalk = (of: ArrayLike<unknown>, mode: WalkMode): Walk => new Walk({ kind: 'array', of, mode, at: 0 });

const keyedWalk = (of: Map<unknown, unknown> | Set<unknown>, mode: WalkMode): Walk =>
  new Walk({ kind: 'keyed', of, mode, native: keyedIterator(of, mode), seen: null });

const describe = (value: unknown): string => {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'object' ? 'object' : typeof value === 'function' ? value.name || 'function' : String(value);
};

/** Advances; true while there is a value, which is then in the value register. */
export function next(walk: Walk): boolean {
  const state = stateOf(walk);
  if (state.generator !== undefined) return state.advanceGenerator();
  const result = state.advance();
  registers.value = result?.value;
  return result !== null;
}

export function nextOrUndefined(walk: Walk): unknown {
  return walkOf(walk)!.advance()?.value;
}

export function restOf(walk: Walk): unknown[] {
  const out: unknown[] = [];
  const state = walkOf(walk)!;
  for (let result = state.advance(); result !== null; result = state.advance()) out.push(result.value);
  return out;
}

/** IteratorClose (7.4.11) for a completion that is not a throw. */
export function closeIterator(walk: Walk): void {
  const state = walkOf(walk)!;
  if (state.done) return;
  state.finish();
  if (state.source.kind !== 'generic') return;
  const { of } = state.source;
  const method = (of as { return?: unknown }).return;
  if (method === undefined || method === null) return;
  const result = callMethod(method, of, []);
  closeResult(result);
}

/** IteratorClose for a throw: an error of `return` is dropped. */
export function abandonIterator(walk: Walk): void {
  try {
    closeIterator(walk);
  } catch (error) {
    if (registers.fault !== null) throw error;
  }
}

/** The keys a for-in visits (14.7.5.10): own and inherited, each name once. */
export function keysIn(value: unknown): string[] {
  const out: string[] = [];
  if (value === undefined || value === null) return out;
  for (const key in Object(value)) out.push(key);
  return out;
}

// ——— for await ———

/** GetIterator with hint async (7.4.3). */
export function iterateAsync(iterable: unknown, text = describe(iterable)): Walk {
  const method: unknown =
    iterable === null || iterable === undefined ? undefined : (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator];
  if (method === undefined || method === null) {
    if (iterable === null || iterable === undefined || typeof (iterable as Iterable<unknown>)[Symbol.iterator] !== 'function') {
      throw new TypeError(`${text} is not async iterable`);
    }
    const walk = iterate(iterable);
    return new Walk({ kind: 'async', of: walk, next: iterate, sync: true });
  }
  if (typeof method !== 'function') throw new TypeError(`${text} is not async iterable`);
  const iterator: unknown = Reflect.apply(method, iterable, []);
  if (!isObject(iterator)) throw new TypeError('Result of the Symbol.asyncIterator method is not an object');
  return new Walk({ kind: 'async', of: iterator, next: (iterator as { next: Function }).next, sync: false });
}

/** Calls `next`; the result is to be awaited. */
export function nextAsync(walk: Walk): unknown {
  const { source } = walkOf(walk)!;
  if (source.kind !== 'async') throw new TypeError('not an async iterator');
  if (!source.sync) return callMethod(source.next, source.of, []);
  // %AsyncFromSyncIteratorPrototype%.next (27.1.4.2.1).
  return fromSync(() => {
    const result = walkOf(source.of)!.advance();
    return { done: result === null, value: result?.value };
  });
}

/** AsyncFromSyncIteratorContinuation (27.1.4.4): the value is awaited, also that of the end; what is thrown rejects. */
export function fromSync(read: () => { done?: unknown; value?: unknown }): Promise {
  const to = newPromise();
  try {
    const { done, value } = read();
    if (isNextJob() && !isObject(value)) {
      // The jobs that hand the value on would run one after the other.
      settle(to, false, { done: !!done, value });
      return to;
    }
    const fulfilled = unwrap(doneCell(!!done));
    performThen(promiseResolve(Promise, value) as Promise, { kind: 'then', to, fulfilled, rejected: undefined });
  } catch (error) {
    if (registers.fault !== null) throw error;
    settle(to, true, error);
  }
  return to;
}

const doneCell = cellOf((done?: boolean) => ({ $m: undefined, $up: undefined, done }));

const unwrap = builtinClosure('%AsyncFromSyncIterator/unwrap', (env) => (value: unknown) => ({ done: env.done, value }));

/** Checks an awaited result; true while there is a value, which is then in the value register. */
export function nextResult(walk: Walk, result: unknown): boolean {
  if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
  if ((result as { done?: unknown }).done) {
    walkOf(walk)!.finish();
    return false;
  }
  registers.value = (result as { value?: unknown }).value;
  return true;
}

/** AsyncIteratorClose (7.4.13): calls `return`; its result is to be awaited. */
export function closeAsync(walk: Walk): unknown {
  const state = walkOf(walk)!;
  const { source } = state;
  if (state.done || source.kind !== 'async') return NOTHING;
  state.finish();
  if (source.sync) {
    // %AsyncFromSyncIteratorPrototype%.return (27.1.4.2.2).
    const inner = walkOf(source.of)!;
    inner.finish();
    const iterator = inner.source.kind === 'generic' ? (inner.source.of as Partial<Iterator<unknown>>) : undefined;
    const { return: method } = iterator ?? {};
    if (method === undefined || method === null) return NOTHING;
    return fromSync(() => {
      const result = callMethod(method, iterator!, []);
      if (!isObject(result)) throw new TypeError(`${String(result)} is not an object`);
      return result;
    });
  }
  const method = (source.of as { return?: unknown }).return;
  if (method === undefined || method === null) return NOTHING;
  return callMethod(method, source.of, []);
}

/** Stands for "there was no `return`": an object, as the protocol wants. */
const NOTHING = Object.freeze({});

export function closeResult(result: unknown): void {
  if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
}

// ——— Iterators in variables ———

const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;

function prototypeOf(tag: string): object {
  const methods = {
    next(this: unknown) {
      const state = walkOf(this);
      if (!state) throw new TypeError(`next method called on incompatible receiver ${describe(this)}`);
      const result = state.advance();
      return result === null ? { value: undefined, done: true } : { value: result.value, done: false };
    },
  };
  const prototype = Object.create(iteratorPrototype) as object;
  Object.defineProperty(prototype, 'next', { value: methods.next, writable: true, configurable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: tag, configurable: true });
  return prototype;
}

/** The prototypes of stored iterators, by the name they are stored under. */
export const WALK_PROTOTYPES = {
  array: prototypeOf('Array Iterator'),
  map: prototypeOf('Map Iterator'),
  set: prototypeOf('Set Iterator'),
  string: prototypeOf('String Iterator'),
  match: prototypeOf('RegExp String Iterator'),
};

/** Gives a walk the prototype a program expects, so that it is an iterator. */
export function asIterator(walk: Walk, tag: keyof typeof WALK_PROTOTYPES): Walk {
  return Object.setPrototypeOf(walk, WALK_PROTOTYPES[tag]) as Walk;
}

/** Calls `keys`, `values`, `entries`, `matchAll`, `[Symbol.iterator]` or `[Symbol.matchAll]`; built-in results can be stored. */
export function iteratorOf(object: unknown, method: PropertyKey, args: unknown[]): unknown {
  const fn: unknown = (object as Record<PropertyKey, unknown>)[method];
  const made = builtinIterator(fn, object, args);
  if (made) return made;
  if (typeof fn !== 'function') {
    throw new TypeError(`${describe(object)}.${String(method)} is not a function`);
  }
  return Reflect.apply(fn, object, args);
}

/** What a built-in method that makes iterators makes, so that it can be stored; undefined for any other function. */
export function builtinIterator(fn: unknown, object: unknown, args: unknown[]): Walk | undefined {
  if (object === undefined || object === null) return undefined;
  return MAKERS.get(fn)?.(object, args);
}

type Maker = (object: unknown, args: unknown[]) => Walk | undefined;
type Modes = Record<WalkMode, Function>;

/** Receivers that the method does not take are left to it, so that it throws. */
const modes = (prototype: object, make: (mode: WalkMode) => Maker): [unknown, Maker][] =>
  (['keys', 'values', 'entries'] as const).map((mode) => [(prototype as Modes)[mode], make(mode)]);

const MAKERS = new Map<unknown, Maker>([
  // Of a Set, `keys` is `values`.
  ...modes(Set.prototype, (mode) => (object) => (types.isSet(object) ? asIterator(keyedWalk(object, mode), 'set') : undefined)),
  ...modes(Map.prototype, (mode) => (object) => (types.isMap(object) ? asIterator(keyedWalk(object, mode), 'map') : undefined)),
  ...modes(TypedArray.prototype, (mode) => (object) =>
    types.isTypedArray(object) && isInBounds(object) ? asIterator(arrayWalk(object, mode), 'array') : undefined),
  ...modes(Array.prototype, (mode) => (object) => asIterator(arrayWalk(Object(object) as ArrayLike<unknown>, mode), 'array')),
  [stringIterator, (object) => (typeof object === 'string' ? asIterator(new Walk({ kind: 'string', of: object, at: 0 }), 'string') : undefined)],
  [String.prototype.matchAll, (object, [pattern]) => matchWalk(matchesIn(object, pattern))],
  [regExpMatchAll, (object, [text]) => (isObject(object) ? matchWalk(matchesOf(object, text)) : undefined)],
]);

const matchWalk = (matches: Matches | undefined): Walk | undefined => matches && asIterator(new Walk(matches), 'match');
