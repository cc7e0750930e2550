/** Values that tests share: NaNs, dates, structural equality, iterators, constructors, sequences of promises. */
import { assert, Test262Error } from 'harness/assert.wf.ts';

export const NaNs = [NaN, 0 / 0, Infinity - Infinity, Infinity / Infinity, -NaN, Math.sqrt(-1), Number('no number'), NaN * 0];

export const date_1899_end = Date.UTC(1899, 11, 31, 23, 59, 59, 999);
export const date_1900_start = Date.UTC(1900, 0, 1);
export const date_1969_end = -1;
export const date_1970_start = 0;
export const date_1999_end = Date.UTC(1999, 11, 31, 23, 59, 59, 999);
export const date_2000_start = Date.UTC(2000, 0, 1);
export const date_2099_end = Date.UTC(2099, 11, 31, 23, 59, 59, 999);
export const date_2100_start = Date.UTC(2100, 0, 1);
export const start_of_time = -8.64e15;
export const end_of_time = 8.64e15;

/** Equality of arrays by their elements, of plain data by their own properties. */
const isEqual = (a, b) => {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a)) return a.length === b.length && a.every((element, i) => isEqual(element, b[i]));
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
};

assert.deepEqual = (actual, expected, message = 'assert.deepEqual') => {
  if (!isEqual(actual, expected)) throw new Test262Error(`${message}: ${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
};

assert.compareIterator = (iterator, validators, message = 'assert.compareIterator') => {
  for (const [i, validate] of validators.entries()) {
    const { done, value } = iterator.next();
    if (done) throw new Test262Error(`${message}: the iterator ended after ${i} values`);
    validate(value);
  }
  const last = iterator.next();
  if (!last.done) throw new Test262Error(`${message}: the iterator has more than ${validators.length} values`);
  assert.sameValue(last.value, undefined, message);
};

export const isConstructor = (value) => {
  try {
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
};

export const checkSequence = (steps, message = 'steps in sequence') => {
  assert(steps.every((step, i) => step === i + 1), `${message}: ${steps.join(', ')}`);
  return true;
};

export const checkSettledPromises = (actual, expected, message = 'settled promises') => {
  assert(Array.isArray(actual), message);
  assert.sameValue(actual.length, expected.length, message);
  for (const [i, settled] of actual.entries()) {
    const key = settled.status === 'fulfilled' ? 'value' : 'reason';
    assert.sameValue(settled.status, expected[i].status, `${message}: status of ${i}`);
    assert.compareArray(Object.keys(settled), ['status', key], `${message}: keys of ${i}`);
    assert.sameValue(settled[key], expected[i][key], `${message}: ${key} of ${i}`);
  }
};
