/**
 * Operations on objects that emitted code leaves to the runtime: targets of patterns, parts of literals,
 * `super` outside its class.
 */
import { CODE, META } from '../abi.ts';
import { markExotic, markRenamed } from '../heap/exotic.ts';
import { metaOf } from '../heap/meta.ts';
import { touchApplied } from '../heap/touch-natives.ts';
import { touch, touched } from '../heap/touch.ts';
import { localizedArguments } from './intl.ts';
import { builtinIterator } from './iteration.ts';
import { builtinClosure, cellOf } from '../machine/builtin-closure.ts';

/** `$target(o, 'x').value`: an assignment target in a native pattern. */
class Target {
  readonly #object: object;
  readonly #key: PropertyKey;

  constructor(object: object, key: PropertyKey) {
    this.#object = object;
    this.#key = key;
  }

  set value(value: unknown) {
    const object = this.#object as Record<PropertyKey, unknown> | null | undefined;
    if (object !== null && object !== undefined) {
      const meta = metaOf(object);
      if (meta !== undefined && meta.open) touch(meta, object, this.#key);
    }
    object![this.#key] = value;
  }
}

export const target = (object: object, key: PropertyKey): Target => new Target(object, key);

/** A target that runs code. */
export const place = (write: (value: unknown) => void): { value: unknown } => ({
  set value(value: unknown) {
    write(value);
  },
});

export function getter(object: object, key: PropertyKey, get: () => unknown): void {
  const known = Object.getOwnPropertyDescriptor(object, key);
  Object.defineProperty(object, key, { get, set: known?.set, enumerable: true, configurable: true });
  markExotic(object);
}

export function setter(object: object, key: PropertyKey, set: (value: unknown) => void): void {
  const known = Object.getOwnPropertyDescriptor(object, key);
  Object.defineProperty(object, key, { set, get: known?.get, enumerable: true, configurable: true });
  markExotic(object);
}

/** CreateDataPropertyOrThrow (ECMA-262 7.3.7). */
export function define(object: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** CopyDataProperties (7.3.26) into a literal. */
export function spread(object: object, source: unknown): void {
  const copy = { ...(source as object) };
  for (const key of Reflect.ownKeys(copy)) define(object, key, (copy as Record<PropertyKey, unknown>)[key]);
}

/** The rest of an object pattern: a copy without these keys. */
export function omit(source: unknown, keys: PropertyKey[]): object {
  const out = {};
  const object = Object(source) as Record<PropertyKey, unknown>;
  for (const key of Reflect.ownKeys(object)) {
    if (keys.includes(key) || key === META || key === CODE) continue;
    if (Object.prototype.propertyIsEnumerable.call(object, key)) define(out, key, object[key]);
  }
  return out;
}

/** RequireObjectCoercible (7.2.1), as a destructuring reports it. */
export function required<T>(value: T): T {
  if (value === null || value === undefined) {
    throw new TypeError(`Cannot destructure '${String(value)}' as it is ${String(value)}.`);
  }
  return value;
}

/** ToPropertyKey (7.1.19). */
export function toKey(value: unknown): PropertyKey {
  if (typeof value === 'string' || typeof value === 'symbol') return value;
  const [key] = Reflect.ownKeys({ [value as string]: 0 });
  return key!;
}

export function superGet(home: object, key: PropertyKey, self: unknown): unknown {
  return Reflect.get(Object.getPrototypeOf(home) as object, key, self);
}

export function superSet(home: object, key: PropertyKey, value: unknown, self: object): unknown {
  touched(self);
  if (!Reflect.set(Object.getPrototypeOf(home) as object, key, value, self)) {
    throw new TypeError(`Cannot assign to read only property '${String(key)}' of object`);
  }
  return value;
}

/** A method call whose arguments were awaited: `fn` was read from `self` before. */
export function invoke(fn: unknown, self: unknown, args: unknown[], text: string): unknown {
  if (typeof fn !== 'function') throw new TypeError(`${text} is not a function`);
  if (fn === Function.prototype.bind && typeof self === 'function') return bind(self, args);
  touchApplied(fn, self, args);
  return builtinIterator(fn, self, args) ?? (Reflect.apply(fn, self, localizedArguments(fn, args)) as unknown);
}

/** Names of the source that begin with `$` are emitted with one more. */
export const rename = (fn: Function, name: string): Function => Object.defineProperty(fn, 'name', { value: name, configurable: true });

/** SetFunctionName (10.2.9), for a computed key. */
export function setName(fn: Function, key: PropertyKey, prefix?: string): Function {
  const text = typeof key === 'symbol' ? (key.description === undefined ? '' : `[${key.description}]`) : String(key);
  if (!Object.hasOwn(fn, 'name') || fn.name === '' || prefix !== undefined) {
    Object.defineProperty(fn, 'name', { value: prefix ? `${prefix} ${text}` : text, configurable: true });
    markRenamed(fn);
  }
  return fn;
}

/** The getter or setter of a literal made for its sake. */
export function accessor(literal: object, key: PropertyKey, kind: 'get' | 'set'): Function {
  return Object.getOwnPropertyDescriptor(literal, key)![kind]!;
}

/** `f.bind(self, ...args)`. */
export function bind(fn: unknown, args: unknown[]): unknown {
  if (typeof fn !== 'function' || fn.bind !== Function.prototype.bind) {
    return (fn as { bind: Function }).bind(...args);
  }
  const [self, ...rest] = args;
  const bind = isConstructor(fn) ? boundConstructor : boundFunction;
  const bound = bind(targetCell(fn, self, rest));
  Object.defineProperty(bound, 'name', { value: `bound ${fn.name}`, configurable: true });
  const prototype = Object.getPrototypeOf(fn) as object | null;
  if (prototype !== Function.prototype) Object.setPrototypeOf(bound, prototype);
  Object.defineProperty(bound, 'length', { value: Math.max(0, fn.length - rest.length), configurable: true });
  return markRenamed(bound);
}

const targetCell = cellOf((target?: Function, self?: unknown, args?: unknown[]) => ({ $m: undefined, $up: undefined, target, self, args }));

/**
 * V8's own bound function: it has no `prototype`, and `instanceof` asks its target. It is bound to one that finds
 * the target in the Env, because a restored Env is filled after the function is made. It constructs if its target does.
 */
const boundConstructor = builtinClosure('%Function/bound', (env) => {
  const inner = function (this: unknown, ...rest: unknown[]): unknown {
    const fn = env.target as Function;
    const args = [...(env.args as unknown[]), ...rest];
    if (new.target !== undefined) return Reflect.construct(fn, args, new.target === inner ? fn : new.target);
    touchApplied(fn, env.self, args);
    return Reflect.apply(fn, env.self, args);
  };
  Object.defineProperty(inner, Symbol.hasInstance, { value: (value: unknown) => value instanceof (env.target as Function) });
  return inner.bind(undefined);
});

const boundFunction = builtinClosure('%Function/boundCall', (env) => {
  const inner = (...rest: unknown[]): unknown => {
    const fn = env.target as Function;
    const args = [...(env.args as unknown[]), ...rest];
    touchApplied(fn, env.self, args);
    return Reflect.apply(fn, env.self, args);
  };
  Object.defineProperty(inner, Symbol.hasInstance, { value: (value: unknown) => value instanceof (env.target as Function) });
  return inner.bind(undefined);
});

/** IsConstructor (7.2.4), without constructing anything. */
export function isConstructor(fn: Function): boolean {
  try {
    Reflect.construct(Object, [], fn);
    return true;
  } catch {
    return false;
  }
}

export function throwTdz(name: string): never {
  if (name === 'this') {
    throw new ReferenceError("Must call super constructor in derived class before accessing 'this' or returning from derived constructor");
  }
  throw new ReferenceError(`Cannot access '${name}' before initialization`);
}

export function throwUnresolved(name: string): never {
  throw new ReferenceError(`${name} is not defined`);
}

export function throwConst(): never {
  throw new TypeError('Assignment to constant variable.');
}
