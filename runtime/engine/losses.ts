/**
 * Attempts at an effect whose worker was found dead: nobody heard of them again, and perhaps they are what ended it.
 */
import type { StoredClaim } from '../store/claims.ts';

/** How many were lost since the last that failed, which was not: of the claims of a call in the order of attempts. */
export function lostInARow(claims: readonly StoredClaim[]): number {
  return claims.slice(claims.findLastIndex(({ failure }) => failure !== null) + 1).filter(({ lostMs }) => lostMs !== null).length;
}
