/**
 * Completing an effect from outside, by its token: any process can that reaches the store, with or without its program.
 */
import { writeDocument, type Json } from '../codec/format.ts';
import { hasEnded } from '../control.ts';
import { showDocument, showError } from '../engine/show-document.ts';
import { writeEntry, type InboxEntry } from '../engine/inbox.ts';
import { PerdureError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { readToken } from './token.ts';

export type Completion = { result: Json } | { error: Json };

/** What has been decided by a token. */
export type TokenDecision = Completion | { expired: true } | { ended: string };

/**
 * Gives an effect its outcome. Returns false if it was given just this one before. Throws `token`, `token_unknown`,
 * `token_decided`, `token_expired`, `run_ended`.
 */
export async function completeToken(store: Store, token: string, completion: Completion): Promise<boolean> {
  const { place, hash } = readToken(token);
  const { request } = place;
  const entry: InboxEntry = 'result' in completion ? { kind: 'result', request, value: completion.result } : { kind: 'failure', request, error: completion.error };
  if (await store.tokens.complete(place, hash, writeDocument(completion), writeEntry(entry))) {
    store.sql.announce();
    return true;
  }
  const known = await store.tokens.find(place, hash);
  const run = known && (await store.runs.findByUid(place.uid));
  if (!known || !run) throw new PerdureError('token_unknown', 'There is no such token: its run is gone, or it was never given out.');
  if (known.decision !== null) return refuseOther(run.id, JSON.parse(known.decision) as TokenDecision, known.decidedMs ?? 0, completion);
  if (known.expired) throw expired(run.id);
  if (run.finishedMs !== null) throw hasEnded(run.id);
  throw new PerdureError('token_decided', `The run '${run.id}' does not wait for this token any more.`);
}

/** Was it this that was decided? Throws what it was otherwise. */
function refuseOther(id: string, before: TokenDecision, atMs: number, completion: Completion): false {
  if (writeDocument(withoutStacks(before)) === writeDocument(withoutStacks(completion))) return false;
  const at = new Date(atMs).toISOString();
  if ('expired' in before) throw expired(id);
  if ('ended' in before) throw new PerdureError('token_decided', `The run '${id}' does not wait for this token any more since ${at}: ${before.ended}.`);
  const what = 'result' in before ? `the result ${showDocument(before.result)}` : `the error '${showError(before.error)}'`;
  throw new PerdureError('token_decided', `This effect of '${id}' was completed before, at ${at}, with ${what}.`);
}

const expired = (id: string): PerdureError => new PerdureError('token_expired', `This token of '${id}' has expired.`);

/** Where an error was made does not tell it apart from another. */
function withoutStacks(decision: TokenDecision): Json {
  if (!('error' in decision)) return decision as Json;
  return JSON.parse(JSON.stringify(decision, (key, value: unknown) => (key === 'stack' ? undefined : value))) as Json;
}
