/**
 * Reflection as programs see it: it does not show our symbols, it marks what it changes, and it does not let a run
 * change what all runs share.
 *
 * Emitted code calls the host's `Object.assign` after a mark of its own; what stands here is for the same built-ins
 * as values, `list.forEach(Object.freeze)`.
 */
import { CODE, META } from '../abi.ts';
import { markExotic, markRenamed } from '../heap/exotic.ts';
import type { SharedHeap } from '../heap/heap.ts';
import { metaOf } from '../heap/meta.ts';
import { touchApplied } from '../heap/touch-natives.ts';
import { touched, touchWhole } from '../heap/touch.ts';
import { generatorFunctionOf } from '../machine/generator-function.ts';
import { registers } from '../machine/registers.ts';
import { captured } from './captured.ts';

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

// ——— Marks ———

/** Before an object gets attributes, accessors or another prototype. */
export function exotic<T>(object: T): T {
  // It may be the `name` of a function that is about to be defined.
  if (typeof object === 'function') markRenamed(object);
  return markExotic(touched(object));
}

/**
 * Before `Object.freeze`, `seal` and `preventExtensions`: what may change all the same (a sealed object's values,
 * the entries of a frozen Map, private fields) gets its stamp now, because later there is no place for it.
 */
export function restricted<T>(value: T, frozen = false): T {
  touched(value);
  if (isObject(value) && !(frozen && isPlain(value))) registers.host?.stamp(value);
  return value;
}

function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as unknown;
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

// ——— Prototypes ———

/**
 * The prototype of a class or function is stored with it and not stamped, because a stamp on a prototype is seen by
 * every barrier on its instances. When a program gets hold of it, it may be about to change it: so the class or
 * function is marked; or, if all runs share it, the prototype is stamped as shared, and a write to it is a fault.
 */
function guarded<T>(prototype: T): T {
  if (!isObject(prototype) || metaOf(prototype) !== undefined) return prototype;
  const fn = generatorFunctionOf(prototype) ?? (Object.hasOwn(prototype, 'constructor') ? (prototype as { constructor: unknown }).constructor : undefined);
  const meta = typeof fn === 'function' && fn.prototype === prototype ? metaOf(fn) : undefined;
  if (meta?.heap.shared) (meta.heap as SharedHeap).own(prototype, `${meta.id}.prototype`, 'prototype');
  else if (meta !== undefined && !meta.whole) touchWhole(meta);
  return prototype;
}

/** What reflection reads of a property: the prototype of a class, or a built-in of the host's that programs have another for. */
function guardedValue(value: unknown, key: PropertyKey): unknown {
  if (key === 'prototype') return guarded(value);
  return typeof value === 'function' ? (standIns.get(value) ?? value) : value;
}

function guardedDescriptor(found: PropertyDescriptor | undefined, key: PropertyKey): PropertyDescriptor | undefined {
  if (found !== undefined && 'value' in found) found.value = guardedValue(found.value, key);
  return found;
}

/** `C.prototype`, `o.__proto__`. */
export const prototype = (object: Record<string, unknown>, key = 'prototype'): unknown => guarded(object[key]);

// ——— Built-ins as values ———

type Static = (target: object, ...rest: never[]) => unknown;

/** A built-in that marks its first argument; `receiver` is the index of another object it writes to. */
function marking<F extends Static>(fn: F, mark: (target: object) => object = touched, receiver = 0): F {
  const marked = (target: object, ...rest: unknown[]): unknown => {
    if (receiver > 0) touched(rest[receiver - 1]);
    return Reflect.apply(fn, undefined, [mark(target), ...rest]);
  };
  Object.defineProperty(marked, 'name', { value: fn.name, configurable: true });
  Object.defineProperty(marked, 'length', { value: fn.length, configurable: true });
  return marked as unknown as F;
}

const isOurs = (key: PropertyKey): boolean => key === META || key === CODE;

export const reflection = {
  Object: {
    assign: marking(Object.assign as Static),
    defineProperty: marking(Object.defineProperty as Static, exotic),
    defineProperties: marking(Object.defineProperties as Static, exotic),
    setPrototypeOf: marking(Object.setPrototypeOf as Static, exotic),
    freeze: marking(Object.freeze as Static, (target) => restricted(target, true)),
    seal: marking(Object.seal as Static, restricted),
    preventExtensions: marking(Object.preventExtensions as Static, restricted),
    getPrototypeOf: (object: unknown): unknown => guarded(Object.getPrototypeOf(object)),
    getOwnPropertyDescriptor: (object: object, key: PropertyKey) => guardedDescriptor(Object.getOwnPropertyDescriptor(object, key), key),
    getOwnPropertySymbols: (object: object): symbol[] => Object.getOwnPropertySymbols(object).filter((key) => !isOurs(key)),
    getOwnPropertyDescriptors(object: object): Record<PropertyKey, PropertyDescriptor> {
      const out = Object.getOwnPropertyDescriptors(object) as Record<PropertyKey, PropertyDescriptor>;
      delete out[META];
      delete out[CODE];
      for (const key of Reflect.ownKeys(out)) guardedDescriptor(out[key], key);
      return out;
    },
  },
  Reflect: {
    set: marking(Reflect.set as Static, touched, 3),
    defineProperty: marking(Reflect.defineProperty as Static, exotic),
    deleteProperty: marking(Reflect.deleteProperty as Static),
    setPrototypeOf: marking(Reflect.setPrototypeOf as Static, exotic),
    preventExtensions: marking(Reflect.preventExtensions as Static, restricted),
    getPrototypeOf: (object: object): unknown => guarded(Reflect.getPrototypeOf(object)),
    getOwnPropertyDescriptor: (object: object, key: PropertyKey) => guardedDescriptor(Reflect.getOwnPropertyDescriptor(object, key), key),
    get(object: object, key: PropertyKey, ...receiver: unknown[]): unknown {
      return guardedValue((Reflect.get as Function)(object, key, ...receiver), key);
    },
    apply(fn: Function, self: unknown, args: ArrayLike<unknown>): unknown {
      touchApplied(fn, self, args);
      return Reflect.apply(fn, self, args);
    },
    ownKeys: (object: object): PropertyKey[] => Reflect.ownKeys(object).filter((key) => !isOurs(key)),
  },
};

/** What programs have in place of built-ins of the host's. */
const standIns = new Map<unknown, Function>([
  [Date.now, captured.now],
  [Math.random, captured.random],
  ...Object.entries(reflection.Object).map(([name, fn]) => [Reflect.get(Object, name), fn] as const),
  ...Object.entries(reflection.Reflect).map(([name, fn]) => [Reflect.get(Reflect, name), fn] as const),
]);
