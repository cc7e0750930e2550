/**
 * `perdure`: what workflow code imports. The compiler binds these names to the runtime; here they have types,
 * and outside a run they say where they belong.
 */
import { scope as openScope, withTimeout as openWithTimeout } from './builtins/scope.ts';
import { channel as makeChannel, sleep as sleepInRun } from './builtins/waiting.ts';

export { CancelledError, TimeoutError, type CancelledEffect } from './errors.ts';

/** A number of milliseconds, or a text such as '90s', '2 days' or '1 hour 30 minutes'. */
export type Duration = number | string;

/** A typed, buffered, named queue of messages into a run. */
export interface Channel<T> extends AsyncIterable<T> {
  readonly name: string;
  /** The next message. */
  receive(): Promise<T>;
  /** The next message, or undefined if none comes within the timeout. */
  receive(options: { timeout: Duration }): Promise<T | undefined>;
}

/** Waits durably: a duration, or until a moment. */
export const sleep = sleepInRun as unknown as (duration: Duration | Date) => Promise<void>;

/** Declares a channel. At the top level of a workflow module, with a literal name. */
export const channel = makeChannel as unknown as <T>(name: string) => Channel<T>;

/** What a scope gives to its body. */
export interface Scope {
  /** Begins something as part of the scope, wherever it is called. What the body itself begins is part of it anyway. */
  run<A extends unknown[], R>(body: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  /** Cancels what is under way in the scope, the body included. */
  cancel(reason?: string): void;
}

export interface ScopeOptions {
  /** After this time the scope is cancelled, and throws a TimeoutError. */
  timeout?: Duration;
  /** How long effects have to end when the scope is cancelled. Default: 10 seconds. */
  wait?: Duration;
}

/**
 * Runs a function, and ends what was begun in it when it ends: tasks, effects, sleeps and receives that still go on are
 * cancelled and awaited. A task's error that nobody has listened to is thrown.
 */
export const scope = openScope as unknown as <T>(body: (scope: Scope) => T | Promise<T>, options?: ScopeOptions) => Promise<T>;

/** A scope with a timeout. */
export const withTimeout = openWithTimeout as unknown as <T>(
  timeout: Duration,
  body: (scope: Scope) => T | Promise<T>,
  options?: Omit<ScopeOptions, 'timeout'>,
) => Promise<T>;
