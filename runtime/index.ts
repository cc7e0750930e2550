/**
 * `perdure`: what workflow code imports. The compiler binds these names to the runtime; here they have types,
 * and outside a run they say where they belong.
 */
import { start as startChild } from './builtins/children.ts';
import { query as makeQuery } from './builtins/query.ts';
import { scope as openScope, withTimeout as openWithTimeout } from './builtins/scope.ts';
import { channel as makeChannel, sleep as sleepInRun } from './builtins/waiting.ts';

export { CancelledError, TimeoutError, type CancelledEffect } from './errors.ts';

/** A number of milliseconds, or a text such as '90s', '2 days' or '1 hour 30 minutes'. */
export type Duration = number | string;

/** A typed, buffered, named queue of messages into a run. */
export interface Channel<T> extends AsyncIterable<T> {
  readonly name: string;
  /** The next message, or undefined if none comes within the timeout; then it takes none any more, as the loser of a `Promise.race` does. */
  receive(options: { timeout: Duration }): Promise<T | undefined>;
  /** The next message, however late: one that has lost a `Promise.race` still takes it, unless a scope around has ended. */
  receive(): Promise<T>;
}

/** Waits durably: a duration, or until a moment. */
export const sleep = sleepInRun as unknown as (duration: Duration | Date) => Promise<void>;

/** Declares a channel. At the top level of a workflow module, with a literal name. */
export const channel = makeChannel as unknown as <T>(name: string) => Channel<T>;

/** What comes into a channel that is asked (`engine.ask`): a message whose sender waits for an answer. */
export interface Question<M = unknown, A = unknown> {
  readonly message: M;
  /** Answers it, once. */
  reply(answer: A): void;
  /** Answers it with an error, which is thrown where it was asked. */
  refuse(error: unknown): void;
}

/** What a workflow shows of itself while it runs: see `query`. */
export interface Query<A extends unknown[] = never[], R = unknown> {
  /** A type and nothing else: `engine.query(run, thisQuery, …)` asks. */
  readonly answers?: (...args: A) => R;
}

/**
 * Declares a query: a function of the workflow's state that may be asked from outside at any time (`engine.query`),
 * without waking the run. At the top level of a workflow module. It waits for nothing, and what it changes is forgotten.
 */
export const query = makeQuery as unknown as <A extends unknown[], R>(answer: (...args: A) => R) => Query<A, R>;

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

export interface StartOptions {
  /** The id of the run. Default: one that is made of this run and the place of the start. */
  id?: string;
  /**
   * What becomes of the child when this run ends, or the scope in which it was started. `cancel`: it is cancelled.
   * `terminate`: it is ended at once. `leave`: nothing. Default: it is cancelled if somebody awaits its result then.
   */
  whenParentEnds?: 'cancel' | 'terminate' | 'leave';
  /** The child is cancelled at this moment, or after this time. */
  deadline?: Duration | Date;
  /** Of the runs that are due, those with more go first. Default: 0. */
  priority?: number;
  tags?: Record<string, string | number | boolean>;
}

/** A run that this one has started. */
export interface Child<R> {
  readonly id: string;
  readonly workflow: string;
  /** What it returns. Rejects with what it throws. */
  result(): Promise<R>;
  /** Sends a message into one of its channels, once. Rejects if it has ended. */
  send<T>(channel: { readonly name: string; receive(): Promise<T> } | string, message: T): Promise<void>;
  /** Asks it to stop. */
  cancel(reason?: string): Promise<void>;
}

/**
 * Starts a run: of an exported async function of this program, or by the name of a workflow (`src/ship.wf.ts#ship`) of any
 * program that the store knows. It is there when the promise is fulfilled.
 */
export const start = startChild as unknown as {
  <A extends unknown[], R>(workflow: (...args: A) => Promise<R>, args: NoInfer<A>, options?: StartOptions): Promise<Child<R>>;
  <W extends (...args: never[]) => Promise<unknown> = (...args: never[]) => Promise<unknown>>(
    workflow: string,
    args: Parameters<W>,
    options?: StartOptions,
  ): Promise<Child<Awaited<ReturnType<W>>>>;
};
