/**
 * The built-ins that programs see, and their names in stored state. Named by path (`Array.prototype.push`),
 * never by position.
 */
import { BUILTINS } from '../abi.ts';
import { host } from '../host.ts';
import { CancelledError, TimeoutError } from '../errors.ts';
import { TypedArray } from '../heap/binary.ts';
import { SharedHeap } from '../heap/heap.ts';
import { ASYNC_GENERATOR } from '../machine/async-generator.ts';
import { GENERATOR } from '../machine/generator.ts';
import { Promise } from '../machine/promise.ts';
import { raise, registers } from '../machine/registers.ts';
import { ASYNC_FUNCTION_PROTOTYPE } from '../machine/suspendable.ts';
import { argumentsOf } from './construction.ts';
import { captured } from './captured.ts';
import { start } from './children.ts';
import { structuredClone } from './clone.ts';
import { intl } from './intl.ts';
import { WALK_PROTOTYPES } from './iteration.ts';
import { reflection } from './reflection.ts';
import { scope, withTimeout } from './scope.ts';
import { WeakMap, WeakSet } from './weak.ts';
import { Channel, channel, channelNext, sleep } from './waiting.ts';

const source = globalThis as unknown as Record<string, unknown>;

/** `crypto`, with the one function a workflow may use; its results are captured. */
const crypto = Object.freeze({
  randomUUID: (): string => registers.host?.randomUUID() ?? host.uuid(),
});

/** The built-in globals, by name. */
export const builtins: Record<string, unknown> = {
  ...Object.fromEntries(BUILTINS.map((name) => [name, source[name]])),
  Promise,
  console: captured.console,
  crypto,
  structuredClone,
  WeakMap,
  WeakSet,
  Intl: intl,
};

const byName = new Map<string, object>();
const names = new Map<object, string>();

function add(name: string, value: unknown): void {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return;
  if (names.has(value)) return;
  names.set(value, name);
  // The captured clock takes the name of the host's, which programs never see.
  byName.set(name, value);
}

/** An object and what its own properties hold: methods, accessors, prototypes. */
function addWithMembers(name: string, value: unknown): void {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return;
  add(name, value);
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
    const path = `${name}.${typeof key === 'symbol' ? `@@${key.description?.replace('Symbol.', '')}` : key}`;
    add(path, descriptor.value);
    add(`get ${path}`, descriptor.get);
    add(`set ${path}`, descriptor.set);
  }
}

const shared = new SharedHeap(raise);

/**
 * A prototype of the runtime's own, which no run may change: whoever writes to it, its cycle does not happen. (A stamp on
 * the host's prototypes would be seen by every barrier; on these it costs nothing, as their objects are seldom written.)
 */
function addShared(name: string, prototype: object): void {
  addWithMembers(name, prototype);
  shared.own(prototype, name, 'prototype');
}

for (const name of BUILTINS) {
  if (name === 'console' || name === 'crypto' || name === 'Symbol') continue;
  const value = builtins[name];
  addWithMembers(name, value);
  addWithMembers(`${name}.prototype`, (value as { prototype?: unknown }).prototype);
}
addWithMembers('%TypedArray%', TypedArray);
addWithMembers('%TypedArray%.prototype', TypedArray.prototype);
for (const [name, formatter] of Object.entries(Object.getOwnPropertyDescriptors(intl))) {
  const value: unknown = formatter.value;
  addWithMembers(`Intl.${name}`, value);
  if (typeof value === 'function') addWithMembers(`Intl.${name}.prototype`, value.prototype);
}
addWithMembers('Symbol', Symbol);
addWithMembers('Symbol.prototype', Symbol.prototype);
for (const [name, prototype] of Object.entries(WALK_PROTOTYPES)) addShared(`%${name}Iterator.prototype`, prototype);
addWithMembers('%Iterator.prototype', Object.getPrototypeOf(WALK_PROTOTYPES.array));
addWithMembers('%AsyncFunction.prototype', ASYNC_FUNCTION_PROTOTYPE);
for (const [name, { ofFunctions, ofObjects }] of [
  ['Generator', GENERATOR],
  ['AsyncGenerator', ASYNC_GENERATOR],
] as const) {
  addShared(`%${name}Function.prototype`, ofFunctions);
  addShared(`%${name}.prototype`, ofObjects);
}
addWithMembers('%AsyncIterator.prototype', Object.getPrototypeOf(ASYNC_GENERATOR.ofObjects));

for (const [global, methods] of Object.entries(reflection)) {
  // Programs have these as values in place of the host's.
  for (const [method, fn] of Object.entries(methods)) add(`${global}.${method}`, fn);
}
add('%ThrowTypeError%', Object.getOwnPropertyDescriptor(argumentsOf([]), 'callee')!.get);
addWithMembers('console', captured.console);
add('Date.now', captured.now);
add('Math.random', captured.random);
addWithMembers('crypto', crypto);
add('perdure.sleep', sleep);
add('perdure.channel', channel);
add('perdure.Channel.next', channelNext);
addWithMembers('perdure.Channel.prototype', Channel.prototype);
add('perdure.scope', scope);
add('perdure.withTimeout', withTimeout);
add('perdure.start', start);
for (const error of [CancelledError, TimeoutError]) {
  add(`perdure.${error.name}`, error);
  addShared(`perdure.${error.name}.prototype`, error.prototype);
}

export const intrinsicName = (object: object): string | undefined => names.get(object);

export function intrinsic(name: string): object | symbol | undefined {
  const found = byName.get(name);
  if (found) return found;
  const symbol = name.startsWith('Symbol.') ? (Reflect.get(Symbol, name.slice(7)) as unknown) : undefined;
  return typeof symbol === 'symbol' ? symbol : undefined;
}
