/**
 * Errors that cross between app and workflow. What of one cannot be copied is left out, and the rest is told: an error that is lost
 * because of what it carries helps nobody.
 */
import { types } from 'node:util';
import { CancelledError, TimeoutError } from '../errors.ts';
import type { Kind } from '../heap/meta.ts';
import { closureOf } from '../machine/frame.ts';
import { fullStack } from '../machine/stack.ts';
import { CopyWriter, toDocument } from './border.ts';
import type { Json, Props } from './format.ts';
import type { Names } from './records.ts';
import { messageOf } from './thrown.ts';

/** A DOMException is one too, and errors of constructors that are no classes. */
export const isError = (value: unknown): value is Error => types.isNativeError(value) || value instanceof Error;

/** Throws what the properties of the error throw when they are read. */
export function copyError(error: Error, names: Names): Json {
  const writer = new ErrorWriter(names);
  const graph = writer.value(writer.portable(error));
  writer.writeReached();
  return { graph, heap: writer.put };
}

/** Stands in the record of an error for what is left out of it. */
const LEFT_OUT: Json = { $: 'undefined' };

/** Errors that are followed from one: getters may give others without end. */
const ERRORS_MAX = 200;

class ErrorWriter extends CopyWriter {
  /** Errors by those they stand for. */
  private readonly made = new Map<Error, Error>();
  /** Those of AggregateErrors: they say with them what has failed, and often have no message. */
  private readonly lists = new Set<unknown>();
  /** What is being written. */
  private inside: 'error' | 'list' | null = null;

  override record(object: object, kind: Kind): Json {
    if (this.lists.has(object)) return this.writeInside('list', object, kind);
    if (kind !== 'error') return super.record(object, kind);
    const errors: unknown = Object.getOwnPropertyDescriptor(object, 'errors')?.value;
    if (Array.isArray(errors) && Object.getPrototypeOf(errors) === Array.prototype) this.lists.add(errors);
    return withoutLeftOut(this.writeInside('error', object, kind) as Props);
  }

  private writeInside(inside: 'error' | 'list', object: object, kind: Kind): Json {
    this.inside = inside;
    try {
      return super.record(object, kind);
    } finally {
      this.inside = null;
    }
  }

  override value(value: unknown): Json {
    if (this.inside === null || isPrimitive(value) || this.lists.has(value) || this.isNamed(value)) return super.value(value);
    if (isError(value)) {
      if (this.made.size < ERRORS_MAX || this.made.has(value)) return super.value(this.portable(value));
    } else if (isCopyable(value, this.names)) return super.value(value);
    return this.inside === 'list' ? super.value(new Error(messageOf(value))) : LEFT_OUT;
  }

  private isNamed(value: unknown): boolean {
    return typeof value !== 'symbol' && this.names.nameOf(value as object) !== undefined;
  }

  /** The error itself, if the other side knows its class; else one of the nearest built-in class that looks like it. */
  portable(error: Error): Error {
    let out = this.made.get(error);
    if (out === undefined) {
      out = isKnown(error, this.names) ? error : lookalike(error);
      this.made.set(error, out);
    }
    return out;
  }
}

const isPrimitive = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value);

function isCopyable(value: unknown, names: Names): boolean {
  try {
    toDocument(value, names);
    return true;
  } catch {
    return false;
  }
}

function withoutLeftOut(record: Props): Props {
  for (const properties of [record.error, record.o] as (Props | undefined)[]) {
    for (const [key, value] of Object.entries(properties ?? {})) if (value === LEFT_OUT) delete properties![key];
  }
  if (record.props) {
    record.props = (record.props as [Json, Props, number][]).filter(([key, content]) => ![key, ...Object.values(content)].includes(LEFT_OUT));
  }
  return record;
}

type ErrorClass = new (message: string) => Error;

const BUILTIN_ERRORS: ReadonlyMap<object, ErrorClass> = new Map(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, CancelledError, TimeoutError].map((c) => [c.prototype as object, c as ErrorClass]),
);

function isKnown(error: Error, names: Names): boolean {
  if (!types.isNativeError(error)) return false;
  const prototype = Object.getPrototypeOf(error) as object | null;
  if (prototype === null) return false;
  if (BUILTIN_ERRORS.has(prototype) || prototype === AggregateError.prototype) return true;
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const isClass = closureOf(constructor)?.code.kind === 'class' && (constructor as Function).prototype === prototype;
  return isClass && names.nameOf(constructor as object) !== undefined;
}

/** With the name, message, cause, code, stack, errors and own data of another. */
function lookalike(error: Error): Error {
  const out = withoutStack(() =>
    error instanceof AggregateError ? new AggregateError(Array.isArray(error.errors) ? error.errors : [], error.message) : new (nearest(error))(error.message),
  );
  const hide = (key: string, value: unknown): unknown => Object.defineProperty(out, key, { value, writable: true, configurable: true });
  const { stack, cause, name } = error as { stack?: unknown; cause?: unknown; name: unknown };
  if (typeof stack === 'string') hide('stack', fullStack(error) ?? stack);
  if (name !== out.name) Object.defineProperty(out, 'name', { value: String(name), writable: true, configurable: true, enumerable: true });
  if (cause !== undefined) hide('cause', cause);
  for (const [key, { value }] of ownData(error)) if (!(key in out)) (out as unknown as Props)[key] = value as Json;
  // A DOMException, as other classes, has its code by its prototype.
  const { code } = error as { code?: unknown };
  if (!('code' in out) && (typeof code === 'string' || typeof code === 'number')) (out as { code?: unknown }).code = code;
  return out;
}

/** Makes an error whose own stack tells nothing. */
export function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function nearest(error: object): ErrorClass {
  for (let p: object | null = error; p !== null; p = Object.getPrototypeOf(p) as object | null) {
    const found = BUILTIN_ERRORS.get(p);
    if (found) return found;
  }
  return Error;
}

/** Own enumerable values: `status`, `details`. */
const ownData = (error: Error): [string, PropertyDescriptor][] =>
  Object.keys(error)
    .map((key): [string, PropertyDescriptor] => [key, Object.getOwnPropertyDescriptor(error, key)!])
    .filter(([, descriptor]) => 'value' in descriptor);
