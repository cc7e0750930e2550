/**
 * How a workflow or an effect ended, as a document: a value, or an error that keeps its name, message, cause,
 * code and stack on the way between app and workflow.
 */
import { types } from 'node:util';
import { CancelledError, PerdureError, TimeoutError } from '../errors.ts';
import { closureOf } from '../machine/frame.ts';
import { fullStack } from '../machine/stack.ts';
import { toDocument } from './border.ts';
import { Unstorable } from './unstorable.ts';
import type { Json } from './format.ts';
import type { Names } from './records.ts';

export type OutcomeDocument = { ok: Json } | { error: Json };

export function outcomeDocument(failed: boolean, value: unknown, names: Names): OutcomeDocument {
  if (failed) return { error: errorDocument(value, names) };
  try {
    return { ok: toDocument(value, names) };
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    const refused = new PerdureError('unstorable_result', `The result cannot leave the workflow: ${error.message}`);
    return { error: errorDocument(refused, names) };
  }
}

const NO_NAMES: Names = { nameOf: () => undefined, symbols: true, reflective: true };

/** How deep a chain of causes is followed. */
const CAUSES_MAX = 20;

/** Anything thrown, as a document. Never fails: what cannot be copied is described. */
export function errorDocument(thrown: unknown, names: Names): Json {
  try {
    return toDocument(portable(thrown, 0), names);
  } catch {
    return toDocument(new Error(describe(thrown)), names);
  }
}

const describe = (value: unknown): string => {
  try {
    return value instanceof Error ? value.message : String(value);
  } catch {
    return 'something that cannot be described was thrown';
  }
};

type ErrorClass = new (message: string) => Error;

const BUILTIN_ERRORS: ReadonlyMap<object, ErrorClass> = new Map(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, CancelledError, TimeoutError].map((c) => [c.prototype as object, c as ErrorClass]),
);

/**
 * An error of a class that the other side does not know becomes one of the nearest built-in class with the same
 * name, message, cause, stack and own data.
 */
function portable(thrown: unknown, depth: number): unknown {
  if (!types.isNativeError(thrown)) return thrown;
  const prototype = Object.getPrototypeOf(thrown) as object;
  const { constructor } = prototype as { constructor?: unknown };
  const known = BUILTIN_ERRORS.has(prototype) || closureOf(constructor)?.code.kind === 'class';
  let out: Error = thrown;
  if (!known || thrown.cause !== undefined || thrown instanceof AggregateError) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    if (!known || !closureOf(constructor)) {
      out = thrown instanceof AggregateError ? new AggregateError(portableErrors(thrown.errors, depth), thrown.message) : new (nearest(prototype))(thrown.message);
    }
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (out === thrown) return thrown;
  const { stack } = thrown as { stack?: unknown };
  if (typeof stack === 'string') Object.defineProperty(out, 'stack', { value: fullStack(thrown) ?? stack, writable: true, configurable: true });
  if (thrown.name !== out.name) Object.defineProperty(out, 'name', { value: String(thrown.name), writable: true, configurable: true, enumerable: true });
  if (thrown.cause !== undefined && depth < CAUSES_MAX) {
    Object.defineProperty(out, 'cause', { value: portable(thrown.cause, depth + 1), writable: true, configurable: true });
  }
  for (const [key, value] of ownData(thrown)) if (!(key in out)) (out as unknown as Record<string, unknown>)[key] = value;
  return out;
}

/** Those of an AggregateError: it says with them what has failed, and often has no message. */
function portableErrors(errors: unknown, depth: number): unknown[] {
  if (!Array.isArray(errors) || depth >= CAUSES_MAX) return [];
  return errors.map((error: unknown) => {
    const own = portable(error, depth + 1);
    return types.isNativeError(own) || isCopyable(own) ? own : new Error(describe(own));
  });
}

function nearest(prototype: object): ErrorClass {
  for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p) as object | null) {
    const found = BUILTIN_ERRORS.get(p);
    if (found) return found;
  }
  return Error;
}

/** Own enumerable values that can be copied: `code`, `status`, `details`. */
function ownData(error: Error): [string, unknown][] {
  return Object.keys(error).flatMap((key): [string, unknown][] => {
    const descriptor = Object.getOwnPropertyDescriptor(error, key);
    if (!descriptor || !('value' in descriptor)) return [];
    const { value } = descriptor as { value: unknown };
    if (value === null || ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value)) return [[key, value]];
    return isCopyable(value) ? [[key, value]] : [];
  });
}

function isCopyable(value: unknown): boolean {
  try {
    JSON.stringify(value);
    toDocument(value, NO_NAMES);
    return true;
  } catch {
    return false;
  }
}
