/**
 * Lets tokens expire that nobody has used: the effect fails at its `await`, by the database's clock.
 */
import { writeDocument } from '../codec/format.ts';
import { errorDocument } from '../codec/outcome.ts';
import type { TokenDecision } from '../control/complete.ts';
import { writeEntry } from '../engine/inbox.ts';
import { TimeoutError } from '../errors.ts';
import { hostProgram } from '../publish.ts';
import type { Store } from '../store/store.ts';
import type { DueToken } from '../store/tokens.ts';

/** In one look. */
const TOKENS_MAX = 100;

const EXPIRED: TokenDecision = { expired: true };
const SETTLED: TokenDecision = { ended: 'its effect is settled' };

/** Returns how many have expired. */
export async function expireTokens(store: Store): Promise<number> {
  let count = 0;
  for (const token of await store.tokens.due(TOKENS_MAX)) {
    if (!token.stands) await store.tokens.close(token, writeDocument(SETTLED));
    else if (await store.tokens.expire(token, writeDocument(EXPIRED), entryOf(token))) count++;
  }
  if (count > 0) store.sql.announce();
  return count;
}

function entryOf({ request, effect, expiresMs }: DueToken): string {
  const error = new TimeoutError(`Nobody has completed ${effect.slice(effect.indexOf('#') + 1)} until ${new Date(expiresMs).toISOString()}`);
  error.stack = String(error); // nothing of the run has thrown it
  return writeEntry({ kind: 'failure', request, error: errorDocument(error, hostProgram) });
}
