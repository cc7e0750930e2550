/**
 * `perdure`: what workflow code imports. The compiler binds these names to the runtime; here they have types,
 * and outside a run they say where they belong.
 */
import { channel as makeChannel, sleep as sleepInRun } from './builtins/waiting.ts';

export { CancelledError, type CancelledEffect } from './errors.ts';

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
