/** Tests that end later: a test with the flag `async` ends when it calls `$DONE`. */
import { assert, isPrimitive, Test262Error } from 'harness/assert.wf.ts';

let end;
const ended = new Promise((resolve, reject) => {
  end = { resolve, reject };
});

export const $DONE = (error) => {
  if (error) end.reject(error);
  else end.resolve();
};

/** Awaited at the end of an asynchronous test. */
export const $ended = () => ended;

export const asyncTest = (body) => {
  if (typeof body !== 'function') throw new Test262Error('asyncTest needs a function');
  try {
    body().then(() => $DONE(), (error) => $DONE(error ?? new Test262Error(`rejected with ${String(error)}`)));
  } catch (error) {
    $DONE(error);
  }
};

assert.throwsAsync = async (expected, body, message = 'assert.throwsAsync') => {
  let result;
  try {
    result = body();
  } catch (error) {
    throw new Test262Error(`${message}: the function threw at once`);
  }
  if (isPrimitive(result) || typeof result.then !== 'function') throw new Test262Error(`${message}: no thenable was returned`);
  let thrown;
  try {
    await result;
  } catch (error) {
    thrown = { error };
  }
  if (!thrown) throw new Test262Error(`${message}: expected a ${expected.name}, nothing was thrown`);
  if (isPrimitive(thrown.error) || thrown.error.constructor !== expected) {
    throw new Test262Error(`${message}: expected a ${expected.name}, got ${String(thrown.error)}`);
  }
};
