/** `queries/claims.ts` in memory. */
import { claimAttempt, markDoubt, readClaims, recordFailure } from '../queries/claims.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import type { ClaimRow, Tables } from './tables.ts';

/** A claim of an attempt, and whether it is a new one. */
function insert(tables: Tables, uid: string, claim: Omit<ClaimRow, 'at'>): { row: ClaimRow; isNew: boolean } {
  const table = tables.claims.of(uid);
  const known = table.find(({ request, attempt }) => request === claim.request && attempt === claim.attempt);
  if (known) return { row: known, isNew: false };
  const row = { ...claim, at: tables.now() };
  table.push(row);
  return { row, isNew: true };
}

export const claims: Implementation[] = [
  on(claimAttempt, (tables, uid: string, request: number, attempt: number, worker: string) => {
    for (const claim of tables.claims.of(uid)) if (claim.request === request) claim.doubt = null;
    return insert(tables, uid, { request, attempt, worker, failure: null, doubt: null }).isNew ? [{ attempt }] : [];
  }),

  on(recordFailure, (tables, uid: string, request: number, attempt: number, worker: string, failure: string) => {
    checkJson(failure);
    const { row } = insert(tables, uid, { request, attempt, worker, failure, doubt: null });
    Object.assign(row, { failure, doubt: null });
    return [];
  }),

  on(markDoubt, (tables, uid: string, request: number, attempt: number, worker: string) => {
    const { row } = insert(tables, uid, { request, attempt, worker, failure: null, doubt: null });
    row.doubt ??= tables.now();
    return [];
  }),

  on(readClaims, (tables, uid: string) =>
    [...tables.claims.of(uid)]
      .sort((a, b) => a.request - b.request || a.attempt - b.attempt)
      .map(({ request, attempt, worker, failure, at, doubt }) => ({ request, attempt, worker, failure, at_ms: at, doubt_ms: doubt })),
  ),
];
