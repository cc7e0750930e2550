/**
 * `effectContext()` as apps have it: typed so that an implementation that is completed later, and has no result to return, returns
 * its token. One that forgets to return is told so by its type, as any other.
 */
import { effectContext as contextOf, type EffectContext as AttemptContext } from '../worker/effects/context.ts';
import type { LaterOptions } from '../worker/effects/later.ts';

declare const TOKEN: unique symbol;

/** What `later` gives: the text by which whoever has it completes the effect. */
export type Token = string & { readonly [TOKEN]: true };

export interface EffectContext extends AttemptContext {
  /**
   * Lets the effect be completed from outside, by whoever has the token: `engine.complete(token, …)`. It is stored when the
   * promise is fulfilled; hand it on after that, and return it: that counts for nothing, and tells that there is no result yet. What
   * the implementation throws takes the token back.
   */
  later(options?: LaterOptions): Promise<Token>;
}

/** The context of the effect that is running. Throws outside of one. */
export const effectContext = contextOf as () => EffectContext;
