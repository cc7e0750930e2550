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
import { touched } from '../heap/touch.ts';
import { registers } from '../machine/registers.ts';

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
 * The prototype of a class or function that all runs share is stamped as shared when a program gets hold of it, so
 * that a write to it is a fault. Not before: a stamp on a prototype is seen by every barrier on its instances.
 */
function guarded<T>(prototype: T): T {
  if (!isObject(prototype) || metaOf(prototype) !== undefined || !Object.hasOwn(prototype, 'constructor')) return prototype;
  const { constructor } = prototype as { constructor: unknown };
  const meta = typeof constructor === 'function' && constructor.prototype === prototype ? metaOf(constructor) : undefined;
  if (meta?.heap.shared) (meta.heap as SharedHeap).own(prototype, `${meta.id}.prototype`, 'prototype');
  return prototype;
}

/** `C.prototype`. */
export const prototype = (object: { prototype?: unknown }): unknown => guarded(object.prototype);

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
    getOwnPropertySymbols: (object: object): symbol[] => Object.getOwnPropertySymbols(object).filter((key) => !isOurs(key)),
    getOwnPropertyDescriptors(object: object): Record<PropertyKey, PropertyDescriptor> {
      const out = Object.getOwnPropertyDescriptors(object) as Record<PropertyKey, PropertyDescriptor>;
      delete out[META];
      delete out[CODE];
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
    ownKeys: (object: object): PropertyKey[] => Reflect.ownKeys(object).filter((key) => !isOurs(key)),
  },
};
