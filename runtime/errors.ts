/**
 * Errors of the runtime, each with a code that never changes its meaning.
 *
 * `PerdureError` is what a user meets: wrong input, wrong use, a run that cannot go on. `Fault` ends a cycle:
 * whatever the program catches, the cycle is thrown away. `InternalError` is our own bug, and says so.
 */

import type { ErrorCode } from './error-codes.ts';

export class PerdureError extends Error {
  override name = 'PerdureError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something in a run that the engine refuses; the run stays at its last checkpoint with this reason. */
export class Fault extends PerdureError {
  override name = 'Fault';
}

/** A write to something that all runs share. */
export class SharedWrite extends Fault {
  override name = 'SharedWrite';
  readonly object: string;

  constructor(object: string) {
    super('shared_write', `${object} is shared by all runs and cannot be changed`);
    this.object = object;
  }
}

/** Stored state that cannot be: hand-edited, truncated, or of a version we do not know. */
export class CorruptState extends PerdureError {
  override name = 'CorruptState';
  /** The way to the offending place in the stored document: `heap.12.o.total`. */
  readonly path: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super('corrupt_state', `The stored state is damaged at ${path === '' ? 'its top' : path}: ${reason}`, options);
    this.path = path;
  }

  /**
   * Runs code that reads stored state. What it does not check itself, the language does: a TypeError for null where
   * an object stands, a RangeError for nesting without end. Both mean that the state is not one of ours.
   */
  static guard<T>(path: () => string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof PerdureError || !(error instanceof Error)) throw error;
      throw new CorruptState(path(), error.message, { cause: error });
    }
  }
}

/** What has become of an effect, or a child run, that was under way when its run was cancelled. */
export type CancelledEffect = {
  name: string;
  args: unknown[];
  /** The id of a child run, which has been told to stop as effects are. */
  run?: string;
} & (
  | { outcome: 'completed'; value: unknown }
  | { outcome: 'failed'; error: unknown }
  /** It did not end in time, or it stopped and nobody knows whether it had happened. */
  | { outcome: 'unknown' }
  /** It was asked for and never begun. */
  | { outcome: 'not begun' }
);

/** Thrown at the awaits of a run that is cancelled. Programs know it, and so do apps: it is the same class for both. */
export class CancelledError extends Error {
  declare readonly code: 'cancelled';
  readonly reason: string | undefined;
  /** The effects that were under way, in the order in which they were asked for. */
  readonly effects: CancelledEffect[];

  constructor(message = 'The run was cancelled', reason?: string, effects: CancelledEffect[] = []) {
    super(message);
    this.reason = reason;
    this.effects = effects;
  }
}
/** Thrown by a scope that has taken too long, when what was begun in it has ended. */
export class TimeoutError extends Error {
  declare readonly code: 'timeout';
  /** The effects that were under way, in the order in which they were asked for. */
  readonly effects: CancelledEffect[];

  constructor(message = 'Timed out', effects: CancelledEffect[] = []) {
    super(message);
    this.effects = effects;
  }
}

function describeClass(of: Function, name: string, code: string): void {
  for (const [key, value] of Object.entries({ name, code })) {
    Object.defineProperty(of.prototype, key, { value, writable: true, configurable: true });
  }
}
describeClass(CancelledError, 'CancelledError', 'cancelled');
describeClass(TimeoutError, 'TimeoutError', 'timeout');

export class InternalError extends Error {
  override name = 'InternalError';

  constructor(message: string) {
    super(`perdure: internal: ${message}. This is a bug of Perdure; please report it.`);
  }
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}
