/**
 * The built-ins of this process, as they were at its start. Tests share them; one that has changed them spoils the
 * process for those after it.
 */
import { Promise as OwnPromise } from '../../runtime/machine/promise.ts';

const ROOTS = ['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'BigInt', 'Symbol', 'Math', 'JSON', 'Map', 'Set', 'Date', 'RegExp']
  .concat(['Reflect', 'Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'])
  .concat(['WeakMap', 'WeakSet', 'ArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Float64Array', 'Iterator', 'Intl', 'globalThis']);

type Properties = [key: PropertyKey, descriptor: PropertyDescriptor][];

interface Known {
  prototype: object | null;
  extensible: boolean;
  properties: Properties;
}

const known = new Map<object, Known>();

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Properties that the language changes by itself (`RegExp.$1`), and the one that holds everything else of the process. */
const isOfNoConcern = (object: object, key: PropertyKey): boolean =>
  (object === RegExp && typeof key === 'string' && key !== 'prototype') || (object === Error && key === 'stackTraceLimit') || (object === globalThis && !ROOTS.includes(String(key)));

const propertiesOf = (object: object): Properties =>
  Reflect.ownKeys(object)
    .filter((key) => !isOfNoConcern(object, key))
    .map((key) => [key, Object.getOwnPropertyDescriptor(object, key)!]);

function learn(): void {
  const hidden = [async () => {}, function* () {}, async function* () {}, [][Symbol.iterator](), new Map().entries(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)];
  const queue: object[] = [globalThis, OwnPromise, ...hidden.map((object) => Object.getPrototypeOf(object) as object)];
  for (let object = queue.pop(); object; object = queue.pop()) {
    if (known.has(object)) continue;
    const prototype = Object.getPrototypeOf(object) as object | null;
    const properties = propertiesOf(object);
    known.set(object, { prototype, extensible: Object.isExtensible(object), properties });
    for (const value of [prototype, ...properties.flatMap(([, { value, get, set }]) => [value, get, set] as unknown[])]) if (isObject(value)) queue.push(value);
  }
}

learn();

/** Where the built-ins differ from what they were; null if nowhere. */
export function changeOfRealm(): string | null {
  for (const [object, { prototype, extensible, properties }] of known) {
    if (Object.getPrototypeOf(object) !== prototype || Object.isExtensible(object) !== extensible) return nameOf(object);
    const now = propertiesOf(object);
    if (now.length !== properties.length) return nameOf(object);
    for (const [i, [key, descriptor]] of now.entries()) {
      const [before, was] = properties[i]!;
      if (before !== key || !isSame(descriptor, was)) return `${nameOf(object)}.${String(key)}`;
    }
  }
  return null;
}

const isSame = (a: PropertyDescriptor, b: PropertyDescriptor): boolean =>
  Object.is(a.value, b.value) && a.get === b.get && a.set === b.set && a.writable === b.writable && a.enumerable === b.enumerable && a.configurable === b.configurable;

const nameOf = (object: object): string => (typeof object === 'function' ? object.name : String((object as { constructor?: Function }).constructor?.name));
