/**
 * Promises (ECMA-262 27.2), as a heap class: the specification's slots, reactions as data, and our own job
 * queue. Checkpoints happen when that queue is empty; a pending promise is then a record like any other.
 *
 * Order is V8's exactly. Where the specification makes closures that only the engine could see (the resolving
 * functions given to another promise of ours, the element functions of `Promise.all`), a reaction that says the
 * same as data stands in their place; it takes part in the same jobs.
 */
import { types } from 'node:util';
import { Fault } from '../errors.ts';
import { metaOf } from '../heap/meta.ts';
import { touchWhole } from '../heap/touch.ts';
import { Aggregate, type Combinator, type ElementReaction } from './aggregate.ts';
import { builtinClosure, type Cell, cellOf, writeCell } from './builtin-closure.ts';
import { describe } from './describe.ts';
import type { Frame } from './frame.ts';
import { inSourceWords } from './engine-words.ts';
import { pushAdoption, pushAdoptionIn, pushReaction, pushResume, pushResumeIn } from './jobs.ts';
import { raise, registers, restoring } from './registers.ts';
import { openScope, type Scope, type Target } from './scope.ts';

export type PromiseState = 'pending' | 'fulfilled' | 'rejected';

/** Who learns of a promise's settlement. */
export type Reaction =
  /** A frame that awaits it. */
  | { kind: 'frame'; frame: Frame }
  /** … in a scope: the promise it awaits, for the scope to forget. */
  | { kind: 'frame in'; frame: Frame; scope: Scope; of: Promise }
  /** `then`: the handlers, and whom their result settles. */
  | { kind: 'then'; to: Capability; fulfilled: Function | undefined; rejected: Function | undefined; scope?: Scope }
  /** Settles another promise the same way. */
  | { kind: 'forward'; to: Promise }
  /** One element of `Promise.all`, `allSettled`, `any` or `race`. */
  | ElementReaction
  /** A task of a scope, and the body of one. */
  | { kind: 'task'; scope: Scope; of: Promise }
  | { kind: 'body'; scope: Scope; of: Promise };

/** A PromiseCapability Record (27.2.1.1): a plain promise of ours, or what a subclass's constructor gave. */
export type Capability = Promise | { promise: object; resolve: Function; reject: Function };

interface Slots {
  state: PromiseState;
  value: unknown;
  /** Most promises have one or none: a list comes with the second that waits. */
  reactions: Reaction | Reaction[] | null;
  handled: boolean;
}

/** Reaches a promise's slots; undefined for anything that is not one. */
export let slotsOf: (value: unknown) => Slots | undefined;
/** The slots of what surely is a promise: a load. */
export let slotsIn: (promise: Promise) => Slots;

/** Who waits for a promise, in order. */
export const reactionsOf = ({ reactions }: Slots): readonly Reaction[] =>
  reactions === null ? [] : Array.isArray(reactions) ? reactions : [reactions];

/** Says that a promise was rejected with nobody to hear it, or has found someone after all (27.2.1.9). */
export const rejections = {
  unhandled(_promise: Promise): void {},
  handled(_promise: Promise): void {},
};

/** A constructor call from inside: no executor. */
const INTERNAL = Symbol('internal');

export class Promise {
  readonly #slots: Slots = { state: 'pending', value: undefined, reactions: null, handled: false };

  static {
    slotsIn = (promise) => promise.#slots;
    slotsOf = (value) => {
      // `#slots in value` looks its answer up for objects of many shapes; `instanceof` and a load do not. Measured: 6 ns,
      // 11 ns by `in`, 20 ns by `getPrototypeOf`. The load throws for what only inherits from a promise.
      if (value instanceof Promise) {
        try {
          return value.#slots;
        } catch {
          return undefined;
        }
      }
      return typeof value === 'object' && value !== null && #slots in value ? value.#slots : undefined;
    };
  }

  constructor(executor: unknown) {
    if (executor === INTERNAL || restoring.on) return;
    if (typeof executor !== 'function') throw new TypeError(`Promise resolver ${describe(executor)} is not a function`);
    const { resolve, reject } = resolvingFunctions(this);
    try {
      (executor as Function)(resolve, reject);
    } catch (error) {
      reject(inSourceWords(error));
    }
  }

  then(onFulfilled?: unknown, onRejected?: unknown): unknown {
    const slots = slotsOf(this);
    if (!slots) throw new TypeError(`Method Promise.prototype.then called on incompatible receiver ${describe(this)}`);
    return thenBy(speciesOf(this), this, slots, onFulfilled, onRejected);
  }

  catch(onRejected?: unknown): unknown {
    return (this as { then: Function }).then(undefined, onRejected);
  }

  finally(onFinally?: unknown): unknown {
    if (typeof this !== 'object' || this === null) {
      throw new TypeError('Promise.prototype.finally called on a non-object');
    }
    const constructor = speciesOf(this);
    if (typeof onFinally !== 'function') return (this as { then: Function }).then(onFinally, onFinally);
    const env = finallyCell(onFinally, constructor);
    return (this as { then: Function }).then(thenFinally(env), catchFinally(env));
  }

  static resolve(value: unknown): unknown {
    checkReceiver(this, 'PromiseResolve');
    return promiseResolve(this, value);
  }

  static reject(reason: unknown): unknown {
    checkReceiver(this, 'PromiseReject');
    const to = capabilityOf(this);
    rejectCapability(to, reason);
    return promiseOf(to);
  }

  static all(iterable: Iterable<unknown>): unknown {
    return combine(this, 'all', iterable);
  }

  static allSettled(iterable: Iterable<unknown>): unknown {
    return combine(this, 'allSettled', iterable);
  }

  static any(iterable: Iterable<unknown>): unknown {
    return combine(this, 'any', iterable);
  }

  static race(iterable: Iterable<unknown>): unknown {
    return combine(this, 'race', iterable);
  }

  static get [Symbol.species](): unknown {
    return this;
  }
}
Object.defineProperty(Promise.prototype, Symbol.toStringTag, { value: 'Promise', configurable: true });

// ——— Settling ———

/** A new pending promise, without an executor. */
export const newPromise = (): Promise => new Promise(INTERNAL);

function mark(promise: object): void {
  const meta = metaOf(promise);
  if (meta !== undefined) touchWhole(meta);
}

/** FulfillPromise and RejectPromise (27.2.1.4, 27.2.1.7). */
export function settle(promise: Promise, failed: boolean, value: unknown): void {
  const slots = slotsIn(promise);
  if (slots.state !== 'pending') return;
  mark(promise);
  const { reactions } = slots;
  slots.state = failed ? 'rejected' : 'fulfilled';
  slots.value = value;
  slots.reactions = null;
  if (failed && !slots.handled) rejections.unhandled(promise);
  if (reactions === null) return;
  if (!Array.isArray(reactions)) trigger(reactions, failed, value);
  else for (const reaction of reactions) trigger(reaction, failed, value);
}

function trigger(reaction: Reaction, failed: boolean, value: unknown): void {
  if (reaction.kind === 'frame') pushResume(reaction.frame, failed, value);
  else if (reaction.kind === 'frame in') {
    reaction.scope.awaited(reaction.of);
    pushResumeIn(reaction.scope, reaction.frame, failed, value);
  } else if (reaction.kind === 'body') {
    reaction.scope.awaited(reaction.of);
    pushReaction(reaction, failed, value);
  } else if (reaction.kind !== 'element' || !reaction.of.heard(reaction.index, failed, value)) pushReaction(reaction, failed, value);
}

/** Promise Resolve Functions, steps 7 to 15 (27.2.1.3.2). */
export function resolvePromise(promise: Promise, value: unknown): void {
  if (value === promise) {
    settle(promise, true, new TypeError('Chaining cycle detected for promise #<Promise>'));
    return;
  }
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') {
    settle(promise, false, value);
    return;
  }
  let then: unknown;
  try {
    then = (value as { then?: unknown }).then;
  } catch (error) {
    settle(promise, true, inSourceWords(error));
    return;
  }
  if (typeof then !== 'function') settle(promise, false, value);
  else adopt(promise, value, then);
}

export function adopt(promise: Promise, thenable: object, then: Function): void {
  refuseHostPromise(thenable);
  if (registers.scope === null) pushAdoption(promise, thenable, then);
  else pushAdoptionIn(registers.scope, promise, thenable, then);
}

/** A promise of the host settles outside every cycle; a program cannot hold one. */
export function refuseHostPromise(value: unknown): void {
  if (types.isPromise(value)) {
    raise(new Fault('host_promise', 'A promise of the host reached a workflow. Wait for it inside an effect.'));
  }
}

/** PerformPromiseThen (27.2.5.4.1). */
export function performThen(promise: Promise, reaction: Reaction, slots = slotsIn(promise)): void {
  if (slots.state === 'pending') {
    addReaction(promise, slots, reaction);
    slots.handled = true; // nothing has been rejected that could be handled now
  } else {
    trigger(reaction, slots.state === 'rejected', slots.value);
    setHandled(promise);
  }
}

function addReaction(promise: Promise, slots: Slots, reaction: Reaction): void {
  mark(promise);
  if (slots.reactions === null) slots.reactions = reaction;
  else if (Array.isArray(slots.reactions)) slots.reactions.push(reaction);
  else slots.reactions = [slots.reactions, reaction];
}

/** Tells a scope of a task's end. That is not listening: a rejection is as unhandled as it would be. */
export function watchTask(promise: Promise, scope: Scope): void {
  addReaction(promise, slotsIn(promise), { kind: 'task', scope, of: promise });
}

/** A scope awaits the promise of its body. */
export function watchBody(promise: Promise, scope: Scope): void {
  if (slotsIn(promise).state === 'pending') scope.awaits(promise);
  performThen(promise, { kind: 'body', scope, of: promise });
}

const awaitsIn = (scope: Scope, reaction: Reaction): boolean => (reaction.kind === 'frame in' || reaction.kind === 'body') && reaction.scope === scope;

/** Who awaits the promise in a scope: frames, or the scope itself (null), if it is the promise of its body. */
export const awaitingIn = (scope: Scope, promise: Promise): Target[] =>
  reactionsOf(slotsIn(promise)).flatMap((reaction) => {
    if (!awaitsIn(scope, reaction)) return [];
    return [{ to: reaction.kind === 'frame in' ? reaction.frame : null, scope }];
  });

/** They await it no longer. */
export function stopAwaiting(scope: Scope, promise: Promise): void {
  const slots = slotsIn(promise);
  mark(promise);
  slots.reactions = reactionsOf(slots).filter((reaction) => !awaitsIn(scope, reaction));
  scope.awaited(promise);
}

/** Promise.prototype.then (27.2.5.4) from step 3 on. */
function thenBy(species: unknown, promise: Promise, slots: Slots, onFulfilled: unknown, onRejected: unknown): object {
  const to = capabilityOf(species);
  const fulfilled = typeof onFulfilled === 'function' ? onFulfilled : undefined;
  const rejected = typeof onRejected === 'function' ? onRejected : undefined;
  const reaction: Reaction = { kind: 'then', to, fulfilled, rejected };
  if (registers.scope !== null) reaction.scope = registers.scope;
  performThen(promise, reaction, slots);
  return promiseOf(to);
}

/** Somebody listens: a rejection, past or to come, is no longer unhandled. */
export function setHandled(promise: Promise): void {
  const slots = slotsIn(promise);
  if (slots.handled) return;
  mark(promise);
  slots.handled = true;
  if (slots.state === 'rejected') rejections.handled(promise);
}

/** PromiseResolve (27.2.4.7.1). */
export function promiseResolve(constructor: unknown, value: unknown): unknown {
  if (slotsOf(value) && (value as { constructor: unknown }).constructor === constructor) return value;
  const to = capabilityOf(constructor);
  resolveCapability(to, value);
  return promiseOf(to);
}

// ——— Capabilities ———

/** NewPromiseCapability (27.2.1.5). A plain promise is its own capability. */
function capabilityOf(constructor: unknown): Capability {
  if (constructor === Promise) return newPromise();
  if (typeof constructor !== 'function') throw new TypeError(`${describe(constructor)} is not a constructor`);
  const env: Cell = functionsCell();
  const promise = Reflect.construct(constructor, [capabilityExecutor(env)]) as object;
  const { resolve, reject } = env;
  if (typeof resolve !== 'function' || typeof reject !== 'function') {
    throw new TypeError('Promise resolve or reject function is not callable');
  }
  return { promise, resolve, reject };
}

function checkReceiver(constructor: unknown, called: string): void {
  if (constructor === null || (typeof constructor !== 'object' && typeof constructor !== 'function')) throw new TypeError(`${called} called on non-object`);
}

const promiseOf = (to: Capability): object => (slotsOf(to) ? (to as object) : (to as { promise: object }).promise);

function resolveCapability(to: Capability, value: unknown): void {
  if (slotsOf(to)) resolvePromise(to as Promise, value);
  else (to as { resolve: Function }).resolve.call(undefined, value);
}

function rejectCapability(to: Capability, reason: unknown): void {
  if (slotsOf(to)) settle(to as Promise, true, reason);
  else (to as { reject: Function }).reject.call(undefined, reason);
}

/** SpeciesConstructor (7.3.22). */
function speciesOf(promise: object): unknown {
  const { constructor } = promise as { constructor: unknown };
  if (constructor === Promise || constructor === undefined) return Promise;
  if ((typeof constructor !== 'object' || constructor === null) && typeof constructor !== 'function') {
    throw new TypeError('The .constructor property is not an object');
  }
  const species = (constructor as { [Symbol.species]?: unknown })[Symbol.species];
  return species === undefined || species === null ? Promise : species;
}

// ——— Jobs ———

/** NewPromiseReactionJob (27.2.2.1); frames are resumed by the driver. */
export function react(reaction: Exclude<Reaction, { kind: 'frame' | 'frame in' }>, failed: boolean, value: unknown): void {
  switch (reaction.kind) {
    case 'forward':
      settleForwarded(reaction.to, failed, value);
      return;
    case 'element':
      settleElement(reaction.of, reaction.index, failed, value);
      return;
    case 'task':
      registers.host!.scoping.taskEnded(reaction.scope, reaction.of, failed);
      return;
    case 'body':
      registers.host!.scoping.bodyEnded(reaction.scope, failed, value);
      return;
    case 'then': {
      registers.scope = openScope(reaction.scope);
      const handler = failed ? reaction.rejected : reaction.fulfilled;
      let result = value;
      let threw = failed && handler === undefined;
      if (handler !== undefined) {
        try {
          result = handler(value);
        } catch (error) {
          threw = true;
          result = inSourceWords(error);
        }
      }
      if (threw) rejectCapability(reaction.to, result);
      else resolveCapability(reaction.to, result);
      registers.scope = null;
    }
  }
}

/** What the resolving functions of the target would have done: a value may again be a thenable. */
function settleForwarded(to: Promise, failed: boolean, value: unknown): void {
  if (failed) settle(to, true, value);
  else resolvePromise(to, value);
}

/** NewPromiseResolveThenableJob (27.2.2.2). */
export function adoptThenable(promise: Promise, thenable: object, then: Function): void {
  const slots = ownThen(thenable, then);
  const functions = slots === undefined ? resolvingFunctions(promise) : undefined;
  try {
    if (functions !== undefined) then.call(thenable, functions.resolve, functions.reject);
    else forward(thenable as Promise, slots!, promise);
  } catch (error) {
    if (functions !== undefined) functions.reject(inSourceWords(error));
    else settle(promise, true, inSourceWords(error));
  }
}

function forward(from: Promise, slots: Slots, to: Promise): void {
  const species = speciesOf(from);
  if (species === Promise) performThen(from, { kind: 'forward', to }, slots);
  else {
    const { resolve, reject } = resolvingFunctions(to);
    thenBy(species, from, slots, resolve, reject);
  }
}

/** The slots of a promise of ours, if its `then` is ours too. */
function ownThen(promise: unknown, then: unknown): Slots | undefined {
  return then === Promise.prototype.then ? slotsOf(promise) : undefined;
}

/**
 * The slots of a promise that has settled, and whose `then` would run no code of the program's: it is not of a
 * subclass, and nobody has given it a `constructor`.
 */
export function settledPlain(value: object, then: unknown): Slots | undefined {
  const slots = ownThen(value, then);
  if (slots === undefined || slots.state === 'pending') return undefined;
  return Object.getPrototypeOf(value) === Promise.prototype && !Object.hasOwn(value, 'constructor') ? slots : undefined;
}

// ——— The functions a program can hold ———

const settlingCell = cellOf((promise?: Promise) => ({ $m: undefined, $up: undefined, promise, done: false }));
const functionsCell = cellOf(() => ({ $m: undefined, $up: undefined, resolve: undefined, reject: undefined }));
const finallyCell = cellOf((onFinally?: unknown, constructor?: unknown) => ({ $m: undefined, $up: undefined, onFinally, constructor }));
const valueCell = cellOf((value?: unknown) => ({ $m: undefined, $up: undefined, value }));
const elementCell = cellOf((aggregate?: Aggregate, index?: number) => ({ $m: undefined, $up: undefined, aggregate, index, done: false }));

/** CreateResolvingFunctions (27.2.1.3). */
export function resolvingFunctions(promise: Promise): { resolve: Function; reject: Function } {
  const env = settlingCell(promise);
  return { resolve: resolveFunction(env), reject: rejectFunction(env) };
}

const once = (env: Cell): boolean => {
  if (env.done) return false;
  writeCell(env, 'done', true);
  return true;
};

const resolveFunction = builtinClosure('%Promise/resolve', (env) => (value: unknown) => {
  if (once(env)) resolvePromise(env.promise as Promise, value);
});

const rejectFunction = builtinClosure('%Promise/reject', (env) => (reason: unknown) => {
  if (once(env)) settle(env.promise as Promise, true, reason);
});

const capabilityExecutor = builtinClosure('%Promise/executor', (env) => (resolve: unknown, reject: unknown) => {
  if (env.resolve !== undefined || env.reject !== undefined) {
    throw new TypeError('Promise executor has already been invoked with non-undefined arguments');
  }
  writeCell(env, 'resolve', resolve);
  writeCell(env, 'reject', reject);
});

/** Promise.prototype.finally, steps 5 and 6 (27.2.5.3). */
const thenFinally = builtinClosure('%Promise/thenFinally', (env) => (value: unknown) => {
  const result = (env.onFinally as Function)();
  const promise = promiseResolve(env.constructor, result) as { then: Function };
  return promise.then(valueThunk(valueCell(value)));
});

const catchFinally = builtinClosure('%Promise/catchFinally', (env) => (reason: unknown) => {
  const result = (env.onFinally as Function)();
  const promise = promiseResolve(env.constructor, result) as { then: Function };
  return promise.then(thrower(valueCell(reason)));
});

const valueThunk = builtinClosure('%Promise/valueThunk', (env) => () => env.value);

const thrower = builtinClosure('%Promise/thrower', (env) => () => {
  throw env.value;
});

// ——— Combinators ———

/** Promise.all and its kin (27.2.4.1 to 27.2.4.5). */
function combine(constructor: unknown, kind: Combinator, iterable: Iterable<unknown>): unknown {
  checkReceiver(constructor, `Promise.${kind}`);
  const to = capabilityOf(constructor);
  const aggregate = new Aggregate(kind, to);
  try {
    const resolve = (constructor as { resolve?: unknown }).resolve;
    if (typeof resolve !== 'function') throw new TypeError('Promise resolve or reject function is not callable');
    let index = 0;
    for (const value of iterable) {
      aggregate.values.push(undefined);
      aggregate.remaining++;
      watch(aggregate, index, resolve.call(constructor, value));
      index++;
    }
    aggregate.countDown();
    finishIfLast(aggregate);
  } catch (error) {
    rejectCapability(to, error);
  }
  return promiseOf(to);
}

/** Hears of one element's settlement: as data where it is a promise of ours, else through closures. */
function watch(aggregate: Aggregate, index: number, promise: unknown): void {
  const then = (promise as { then: unknown }).then; // as V8 says what cannot be read
  const slots = ownThen(promise, then);
  const species = slots && speciesOf(promise as object);
  if (species === Promise) {
    performThen(promise as Promise, aggregate.awaits(index), slots);
    return;
  }
  const env = elementCell(aggregate, index);
  if (slots) thenBy(species, promise as Promise, slots, elementFunction(env), elementRejected(env));
  else if (typeof then === 'function') Reflect.apply(then, promise, [elementFunction(env), elementRejected(env)]);
  else throw new TypeError(`${then === undefined ? '' : `${typeof then} `}${String(then)} is not a function`);
}

const elementFunction = builtinClosure('%Promise/element', (env) => (value: unknown) => {
  if (once(env)) settleElement(env.aggregate as Aggregate, env.index as number, false, value);
});

const elementRejected = builtinClosure('%Promise/elementRejected', (env) => (reason: unknown) => {
  if (once(env)) settleElement(env.aggregate as Aggregate, env.index as number, true, reason);
});

function settleElement(aggregate: Aggregate, index: number, failed: boolean, value: unknown): void {
  if (!aggregate.isDecidedBy(failed)) {
    aggregate.leave(index, failed, value);
    finishIfLast(aggregate);
    return;
  }
  const { to } = aggregate;
  if (slotsOf(to)) {
    if (aggregate.decided) return;
    mark(aggregate);
    aggregate.decided = true;
  }
  if (failed) rejectCapability(to, value);
  else resolveCapability(to, value);
}

function finishIfLast({ kind, to, values, remaining }: Aggregate): void {
  if (remaining > 0 || kind === 'race') return;
  if (kind === 'any') rejectCapability(to, new AggregateError(values, 'All promises were rejected'));
  else resolveCapability(to, values);
}
