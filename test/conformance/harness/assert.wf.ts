/**
 * What every conformance test may use: assertions, and the error they throw. Plain JavaScript in the dialect: it is
 * compiled like the tests, so that its closures are state too, and runs natively as it stands.
 */

export class Test262Error extends Error {
  get name() {
    return 'Test262Error';
  }

  static thrower(message) {
    throw new Test262Error(message);
  }
}

export function $DONOTEVALUATE() {
  throw new Test262Error('this test must not run');
}

export const isNegativeZero = (value) => Object.is(value, -0);

export const isPrimitive = (value) => value === null || (typeof value !== 'object' && typeof value !== 'function');

const show = (value) => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (isNegativeZero(value)) return '-0';
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
};

const fail = (message, what) => {
  throw new Test262Error(message === undefined ? what : `${String(message)}: ${what}`);
};

/** Equal length and the same elements, by SameValue. */
export const compareArray = (a, b) => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
};

const list = (arrayLike) => `[${Array.from(arrayLike, show).join(', ')}]`;

const threw = (thrown) => (isPrimitive(thrown) ? show(thrown) : `${thrown.constructor?.name}: ${show(thrown.message)}`);

// A closure of the run: a function of the module would be shared by all runs, and could not be given members.
export const assert = (() => {
  const check = (value, message) => {
    if (value !== true) fail(message, `expected true, got ${show(value)}`);
  };
  check.sameValue = (actual, expected, message) => {
    if (!Object.is(actual, expected)) fail(message, `expected ${show(expected)}, got ${show(actual)}`);
  };
  check.notSameValue = (actual, unexpected, message) => {
    if (Object.is(actual, unexpected)) fail(message, `did not expect ${show(actual)}`);
  };
  check.throws = (expected, body, message) => {
    if (typeof body !== 'function') fail(message, 'assert.throws needs a function');
    let thrown;
    try {
      body();
    } catch (error) {
      thrown = { error };
    }
    if (!thrown) fail(message, `expected a ${expected.name}, nothing was thrown`);
    if (isPrimitive(thrown.error) || thrown.error.constructor !== expected) {
      fail(message, `expected a ${expected.name}, got ${threw(thrown.error)}`);
    }
  };
  check.compareArray = (actual, expected, message) => {
    if (isPrimitive(actual) || isPrimitive(expected)) fail(message, 'assert.compareArray needs two arrays');
    if (!compareArray(actual, expected)) fail(message, `expected ${list(expected)}, got ${list(actual)}`);
  };
  return check;
})();
