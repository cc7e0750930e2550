/**
 * `scope` and `withTimeout`: what is begun inside one ends with it (`machine/scope.ts`).
 */
import { PerdureError } from '../errors.ts';
import { builtinClosure, cellOf } from '../machine/builtin-closure.ts';
import { inSourceWords } from '../machine/engine-words.ts';
import { newPromise, Promise, promiseResolve, settle, watchBody } from '../machine/promise.ts';
import { registers } from '../machine/registers.ts';
import type { Scope, Scopes } from '../machine/scope.ts';
import { optionalDuration, optionsOf } from './options.ts';

/** `scope(async (s) => …, { timeout, wait })`. */
export function scope(body: unknown, options: unknown): Promise {
  return open('scope', body, optionsOf('scope', options, ['timeout', 'wait']));
}

/** `withTimeout('5 minutes', async () => …)`. */
export function withTimeout(timeout: unknown, body: unknown, options: unknown): Promise {
  if (typeof timeout !== 'number' && typeof timeout !== 'string') {
    throw new TypeError("withTimeout takes a number of milliseconds or a duration such as '5 minutes', and a function");
  }
  return open('withTimeout', body, { ...optionsOf('withTimeout', options, ['wait']), timeout });
}

function open(what: string, body: unknown, given: Record<string, unknown>): Promise {
  if (typeof body !== 'function') throw new TypeError(`${what} takes a function`);
  const timeout = optionalDuration(what, 'timeout', given.timeout);
  const wait = optionalDuration(what, 'wait', given.wait);
  const opened = scoping(what).open({ timeout, wait });
  const env = scopeCell(opened.number);
  const promise = within(opened, body, [{ run: runIn(env), cancel: cancelIn(env) }]);
  watchBody(promise, opened);
  return opened.to!;
}

function scoping(what: string): Scopes {
  if (registers.host === null) throw new PerdureError('outside_run', `\`${what}\` works only inside a run.`);
  return registers.host.scoping;
}

/** Calls a function as part of a scope; its result as a promise. */
function within(of: Scope, body: Function, args: unknown[]): Promise {
  const outer = registers.scope;
  registers.scope = of;
  try {
    return promiseResolve(Promise, Reflect.apply(body, undefined, args)) as Promise;
  } catch (error) {
    if (registers.fault !== null) throw error;
    const promise = newPromise();
    settle(promise, true, inSourceWords(error));
    return promise;
  } finally {
    registers.scope = outer;
  }
}

const scopeCell = cellOf((scope?: number) => ({ $m: undefined, $up: undefined, scope }));

const runIn = builtinClosure('%Scope/run', (env) => (body: unknown, ...args: unknown[]) => {
  if (typeof body !== 'function') throw new TypeError('run takes a function');
  const of = scoping('run').of(env.scope as number);
  if (!of) throw new Error('The scope has ended: nothing can begin in it any more');
  return within(of, body, args);
});

const cancelIn = builtinClosure('%Scope/cancel', (env) => (reason: unknown) => {
  const scopes = scoping('cancel');
  const of = scopes.of(env.scope as number);
  if (of) scopes.cancel(of, reason === undefined ? undefined : String(reason));
});
