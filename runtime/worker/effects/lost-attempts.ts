/**
 * Attempts that were under way when their worker was found dead. One that may be made again is, by the next worker: but perhaps it is
 * what ends processes. So after some that were lost one after the other there are pauses, and then it is in doubt: a person decides.
 *
 * Nobody knows what has ended a process, and all that it had under way is lost with it. Pauses are drawn at random, so that what was
 * lost together is not made together again: the innocent come to an end between two deaths, and only the guilty goes on to be lost.
 */
import { lostInARow } from '../../engine/losses.ts';
import { host } from '../../host.ts';
import type { StoredClaim } from '../../store/claims.ts';

/** Pauses in ms, each at the most so long, after 0, 1, 2… lost attempts in a row; after more than these it is not made again by itself. */
export const LOST_PAUSES_MS: readonly number[] = [0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000];

/**
 * When the attempt may be made that follows on one of which nothing more will be heard, in ms since 1970 by the database's clock; null:
 * it is not made by itself. Given the claims of its call in the order of attempts.
 */
export function againAfterLoss(claims: readonly StoredClaim[]): number | null {
  const pauseMs = LOST_PAUSES_MS[lostInARow(claims)];
  if (pauseMs === undefined) return null;
  // Who takes the run in the middle of a pause draws anew, but from the same moment.
  return (claims.at(-1)?.lostMs ?? 0) + pauseMs * host.random();
}
