/**
 * What an effect's implementation can ask about the attempt it is: `effectContext()`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { PerdureError } from '../../errors.ts';
import type { LaterOptions } from './later.ts';

declare const TOKEN: unique symbol;

/** What `later` gives: the text by which whoever has it completes the effect. A type of its own, which stands for a result that is not known yet. */
export type Token = string & { readonly [TOKEN]: true };

export interface EffectContext {
  /** The same for all attempts of this call, and for no other call. */
  idempotencyKey: string;
  /** 1 for the first. */
  attempt: number;
  /** Aborted when the attempt times out or falls silent, its run is cancelled, the engine closes, or nobody waits for it any more. */
  signal: AbortSignal;
  /** The id of the run, and the effect as the program names it. */
  run: string;
  effect: string;
  /** The details of the last heartbeat of the attempts before this one. */
  lastHeartbeat: unknown;
  /**
   * Tells that the attempt goes on, and how far it is. The details are kept for the next attempt and shown by
   * `perdure show`. Call it as often as you like: it is written down about once a second.
   */
  heartbeat(details?: unknown): void;
  /**
   * Lets the effect be completed from outside, by whoever has the token: `engine.complete(token, …)`. It is stored when the
   * promise is fulfilled; hand it on after that, and return it: that counts for nothing, and tells that there is no result yet. What
   * the implementation throws takes the token back.
   */
  later(options?: LaterOptions): Promise<Token>;
}

/** An attempt. Its context is made for who asks for it: most implementations do not. */
export interface HasContext {
  readonly context: EffectContext;
}

const current = new AsyncLocalStorage<HasContext>();

/**
 * Runs something of the app's where each AsyncLocalStorage has what it had when this module was loaded: as a rule nothing. Steps of
 * many runs are evaluated and committed together, so who is called next would see what was there for the first of them: the tenant of
 * another run, or an attempt that is over.
 */
export const runOutside: <T>(body: () => T) => T = AsyncLocalStorage.snapshot();

/** Runs `body`; `effectContext()` in it, and in what it goes on with, is that of the attempt. */
export const runInContextOf = <T>(attempt: HasContext, body: () => T): T => runOutside(() => current.run(attempt, body));

/** The context of the effect that is running. Throws outside of one. */
export function effectContext(): EffectContext {
  const attempt = current.getStore();
  if (!attempt) {
    throw new PerdureError('no_effect_context', '`effectContext()` works only inside the implementation of an effect.');
  }
  return attempt.context;
}
