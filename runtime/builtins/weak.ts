/**
 * WeakMap and WeakSet (ECMA-262 24.3, 24.4). The host's do not show their entries, so these are the runtime's own; they
 * mark themselves, whichever way a method of theirs is called.
 */
import { metaOf } from '../heap/meta.ts';
import { touchCall } from '../heap/touch.ts';
import { canBeHeldWeakly, weaken, weakEntriesOf, type WeakEntries } from '../heap/weak-entries.ts';
import { describe } from '../machine/describe.ts';

function entriesOf(object: unknown, method: string, Class: Function): WeakEntries {
  const entries = weakEntriesOf(object);
  if (entries && classes.get(object as object) === Class) return entries;
  throw new TypeError(`Method ${Class.name}.prototype.${method} called on incompatible receiver ${describe(object)}`);
}


/** Which of the two an object is. */
const classes = new globalThis.WeakMap<object, Function>();

export const isWeakMap = (object: object): boolean => classes.get(object) === WeakMap;
export const isWeakSet = (object: object): boolean => classes.get(object) === WeakSet;

function mark(object: object, method: string, key: unknown): void {
  const meta = metaOf(object);
  if (meta !== undefined && meta.open) touchCall(meta, object, method, [key]);
}

function construct(object: object, Class: Function): void {
  weaken(object);
  classes.set(object, Class);
}

/** AddEntriesFromIterable and its like: by the method that the object has. */
function fill(object: object, method: 'set' | 'add', iterable: Iterable<unknown> | null | undefined, take: (item: unknown) => unknown[]): void {
  if (iterable === undefined || iterable === null) return;
  const adder: unknown = Reflect.get(object, method);
  if (typeof adder !== 'function') throw new TypeError(`'${String(adder)}' returned for property '${method}' of object is not a function`);
  for (const item of iterable) Reflect.apply(adder, object, take(item));
}

export class WeakMap {
  constructor(iterable?: Iterable<unknown> | null) {
    construct(this, WeakMap);
    fill(this, 'set', iterable, (item) => {
      if ((typeof item !== 'object' || item === null) && typeof item !== 'function') throw new TypeError(`Iterator value ${String(item)} is not an entry object`);
      const [key, value] = [(item as unknown[])[0], (item as unknown[])[1]];
      return [key, value];
    });
  }

  delete(key: unknown): boolean {
    const entries = entriesOf(this, 'delete', WeakMap);
    if (!entries.has(key as object)) return false;
    mark(this, 'delete', key);
    return entries.delete(key as object);
  }

  get(key: unknown): unknown {
    return entriesOf(this, 'get', WeakMap).get(key as object);
  }

  set(key: unknown, value: unknown): this {
    const entries = entriesOf(this, 'set', WeakMap);
    if (!canBeHeldWeakly(key)) throw new TypeError('Invalid value used as weak map key');
    mark(this, 'set', key);
    entries.set(key, value);
    return this;
  }

  has(key: unknown): boolean {
    return entriesOf(this, 'has', WeakMap).has(key as object);
  }
}

export class WeakSet {
  constructor(iterable?: Iterable<unknown> | null) {
    construct(this, WeakSet);
    fill(this, 'add', iterable, (item) => [item]);
  }

  delete(key: unknown): boolean {
    const entries = entriesOf(this, 'delete', WeakSet);
    if (!entries.has(key as object)) return false;
    mark(this, 'delete', key);
    return entries.delete(key as object);
  }

  has(key: unknown): boolean {
    return entriesOf(this, 'has', WeakSet).has(key as object);
  }

  add(key: unknown): this {
    const entries = entriesOf(this, 'add', WeakSet);
    if (!canBeHeldWeakly(key)) throw new TypeError('Invalid value used in weak set');
    if (!entries.has(key)) {
      mark(this, 'add', key);
      entries.set(key, true);
    }
    return this;
  }
}

for (const Class of [WeakMap, WeakSet]) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
  Object.defineProperty(Class, 'length', { value: 0, configurable: true });
}
