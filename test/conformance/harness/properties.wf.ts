/** Property attributes: what descriptors say, and what the object then does. */
import { Test262Error } from 'harness/assert.wf.ts';

const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

const isArrayLength = (object, key) => Array.isArray(object) && key === 'length';

const expectTypeError = (error) => {
  if (!(error instanceof TypeError)) throw new Test262Error(`expected a TypeError, got ${String(error)}`);
};

/** Tries to write; `observed` is the property that shows a write, where a setter keeps the value elsewhere. */
const acceptsWrite = (object, key, observed = key, value = undefined) => {
  const before = object[key];
  const had = has(object, key);
  let attempt = value ?? (isArrayLength(object, key) ? 2 ** 32 - 1 : 'another value');
  if (value === undefined && attempt === before) attempt = `${attempt}!`;
  try {
    object[key] = attempt;
  } catch (error) {
    expectTypeError(error);
  }
  const accepted = Object.is(object[observed], attempt);
  if (accepted && had) object[key] = before;
  else if (accepted) delete object[key];
  return accepted;
};

const acceptsDelete = (object, key) => {
  try {
    delete object[key];
  } catch (error) {
    expectTypeError(error);
  }
  return !has(object, key);
};

const isListed = (object, key) => {
  if (typeof key === 'symbol') return true;
  for (const name in object) if (name === String(key)) return true;
  return false;
};

const isEnumerable = (object, key) => Object.prototype.propertyIsEnumerable.call(object, key) && isListed(object, key);

/** What all runs share must not be written to, not even to see whether that works. */
const isBuiltIn = (object) => {
  const seen = new Set();
  const queue = [Object, Function, Array, String, Number, Boolean, BigInt, Symbol, Math, JSON, Map, Set, Date, RegExp];
  queue.push(Promise, Reflect, Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError);
  queue.push(isFinite, isNaN, parseFloat, parseInt, decodeURI, decodeURIComponent, encodeURI, encodeURIComponent);
  for (const kind of [function* () {}, async function* () {}]) queue.push(Object.getPrototypeOf(kind));
  for (const iterable of [[], new Map(), new Set(), '', 'a'.matchAll(/a/g)]) queue.push(iterable[Symbol.iterator]());
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next === object) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const reached = [Object.getPrototypeOf(next)];
    for (const key of Reflect.ownKeys(next)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(next, key);
      reached.push(value, get, set);
    }
    for (const value of reached) if ((typeof value === 'object' && value !== null) || typeof value === 'function') queue.push(value);
  }
  return false;
};

const FIELDS = ['value', 'writable', 'enumerable', 'configurable', 'get', 'set'];

export function verifyProperty(object, key, expected, options = {}) {
  if (arguments.length < 3) throw new Test262Error('verifyProperty needs an object, a key and a descriptor');
  const label = String(key);
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (expected === undefined) {
    if (descriptor !== undefined) throw new Test262Error(`${label} should not be an own property`);
    return true;
  }
  if (!has(object, key) || descriptor === undefined) throw new Test262Error(`${label} should be an own property`);
  if (typeof expected !== 'object' || expected === null) throw new Test262Error('the descriptor should be an object');
  const failures = [];
  const compare = (field, actual) => {
    if (!Object.is(expected[field], actual)) failures.push(`${field} of ${label} should be ${String(expected[field])}`);
  };
  for (const field of Object.getOwnPropertyNames(expected)) {
    if (!FIELDS.includes(field)) throw new Test262Error(`a descriptor has no field ${field}`);
    if (field === 'value' || expected[field] !== undefined) compare(field, descriptor[field]);
  }
  if (has(expected, 'value')) compare('value', object[key]);
  if (expected.enumerable !== undefined) compare('enumerable', isEnumerable(object, key));
  if (!isBuiltIn(object)) {
    if (expected.writable !== undefined) compare('writable', acceptsWrite(object, key));
    if (expected.configurable !== undefined) compare('configurable', acceptsDelete(object, key));
    if (options.restore) Object.defineProperty(object, key, descriptor);
  }
  if (failures.length > 0) throw new Test262Error(failures.join('; '));
  return true;
}

export function verifyCallableProperty(object, key, name, length, expected, options) {
  const value = object[key];
  if (typeof value !== 'function') throw new Test262Error(`${String(key)} should be a function`);
  const conventional = { value, writable: true, enumerable: false, configurable: true };
  verifyProperty(object, key, expected === undefined ? conventional : { value, ...expected }, options);
  const configurable = expected === undefined || expected.configurable;
  const ofFunction = { writable: false, enumerable: false, configurable };
  const ownName = name ?? (typeof key === 'symbol' ? `[${key.description}]` : key);
  verifyProperty(value, 'name', { value: ownName, ...ofFunction }, options);
  verifyProperty(value, 'length', { value: length, ...ofFunction }, options);
}

const verify = (condition, object, key, what) => {
  if (!condition) throw new Test262Error(`${String(key)} should ${what}`);
};

export function verifyEqualTo(object, key, value) {
  verify(Object.is(object[key], value), object, key, `be ${String(value)}`);
}

export function verifyWritable(object, key, observed, value) {
  if (observed === undefined) verify(Object.getOwnPropertyDescriptor(object, key).writable, object, key, 'be declared writable');
  verify(isBuiltIn(object) || acceptsWrite(object, key, observed ?? key, value), object, key, 'be writable');
}

export function verifyNotWritable(object, key, observed, value) {
  if (observed === undefined) verify(!Object.getOwnPropertyDescriptor(object, key).writable, object, key, 'not be declared writable');
  verify(isBuiltIn(object) || !acceptsWrite(object, key, observed === 'nocheck' ? key : (observed ?? key), value), object, key, 'not be writable');
}

export function verifyEnumerable(object, key) {
  verify(isEnumerable(object, key), object, key, 'be enumerable');
}

export function verifyNotEnumerable(object, key) {
  verify(!Object.prototype.propertyIsEnumerable.call(object, key), object, key, 'not be enumerable');
}

export function verifyConfigurable(object, key) {
  verify(Object.getOwnPropertyDescriptor(object, key).configurable, object, key, 'be declared configurable');
  verify(isBuiltIn(object) || acceptsDelete(object, key), object, key, 'be configurable');
}

export function verifyNotConfigurable(object, key) {
  verify(!Object.getOwnPropertyDescriptor(object, key).configurable, object, key, 'not be declared configurable');
  verify(isBuiltIn(object) || !acceptsDelete(object, key), object, key, 'not be configurable');
}

export const verifyPrimordialProperty = verifyProperty;
export const verifyPrimordialCallableProperty = verifyCallableProperty;
