/**
 * Effects that are completed from outside: `effectContext().later()`.
 *
 * The token is stored before the implementation has it, and with it the claim of the attempt: should the worker die then,
 * nobody doubts what has become of the attempt. It waits for its token, and nobody makes it again.
 */
import { writeDocument } from '../../codec/format.ts';
import type { TokenDecision } from '../../control/complete.ts';
import { makeToken } from '../../control/token.ts';
import { Options } from '../../engine/options.ts';
import { PerdureError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import type { TokenPlace } from '../../store/tokens.ts';
import type { Attempt } from './attempt.ts';
import type { Token } from './context.ts';
import type { EffectCall } from './call.ts';

export interface LaterOptions {
  /** How long the token can be used; then a TimeoutError is thrown at the effect's `await`. Default: as long as the run waits. */
  expires?: number | string;
}

/** Stores a token of an attempt. Rejects if the run is held by another worker, with whatever `store` rejects with. */
export async function issueToken(store: Store, worker: string, { call, number }: Attempt, given: LaterOptions): Promise<Token> {
  const options = new Options('later', 'Wrong options of `later`');
  options.checkKeys(given, ['expires']);
  const expiresMs = options.durationOrNull('expires', given.expires);
  const { uid, request, effect } = call;
  const { text, hash } = makeToken({ uid, request, attempt: number });
  if (await store.tokens.issue({ uid, request, attempt: number }, worker, effect, hash, expiresMs)) return text as Token;
  throw new PerdureError('effect_dropped', `Another worker holds the run '${call.run}': this attempt at ${effect} counts no longer.`);
}

export const endToken = (store: Store, worker: string, { uid, request }: EffectCall, attempt: number, why: string): Promise<'ended' | 'decided' | 'lost'> => {
  const decision: TokenDecision = { ended: why };
  return store.tokens.end({ uid, request, attempt } satisfies TokenPlace, worker, writeDocument(decision));
};
