/** `queries/claims.ts` in memory. */
import { claimAttempt, markDoubt, readClaims, recordFailure } from '../queries/claims.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import type { ClaimRow, Tables } from './tables.ts';

/** A claim of an attempt, and whether it is a new one. */
function insert(
  tables: Tables,
  uid: string,
  claim: Pick<ClaimRow, 'request' | 'attempt' | 'worker'>,
): { row: ClaimRow; isNew: boolean } {
  const table = tables.claims.of(uid);
  const known = table.find(({ request, attempt }) => request === claim.request && attempt === claim.attempt);
  if (known) return { row: known, isNew: false };
  const row = { ...claim, at: tables.now(), failure: null, doubt: null, retryAt: null };
  table.push(row);
  return { row, isNew: true };
}

/** What else is known of a claim, as the statements tell it. */
export const factsOf = ({ at, doubt, retryAt }: ClaimRow): string => JSON.stringify({ at, doubt, retry: retryAt });

function isHeld({ runs }: Tables, uid: string, worker: string): boolean {
  const run = runs.byUid.get(uid);
  return run?.worker === worker && run.status === 'running';
}

export const claims: Implementation[] = [
  on(claimAttempt, (tables, uid: string, request: number, attempt: number, worker: string) => {
    if (!isHeld(tables, uid, worker)) return [];
    for (const claim of tables.claims.of(uid)) if (claim.request === request) claim.doubt = null;
    return insert(tables, uid, { request, attempt, worker }).isNew ? [{ attempt }] : [{ attempt: null }];
  }),

  on(recordFailure, (tables, uid: string, request: number, attempt: number, worker: string, failure: string, pauseMs: number) => {
    if (!isHeld(tables, uid, worker)) return [];
    checkJson(failure);
    const { row } = insert(tables, uid, { request, attempt, worker });
    Object.assign(row, { failure, doubt: null });
    row.retryAt ??= tables.now() + pauseMs;
    return [{ retry_ms: row.retryAt }];
  }),

  on(markDoubt, (tables, uid: string, request: number, attempt: number, worker: string, holder: string) => {
    if (!isHeld(tables, uid, holder)) return [];
    const { row } = insert(tables, uid, { request, attempt, worker });
    row.doubt ??= tables.now();
    return [];
  }),

  on(readClaims, (tables, uid: string) =>
    [...tables.claims.of(uid)]
      .sort((a, b) => a.request - b.request || a.attempt - b.attempt)
      .map((claim) => ({ request: claim.request, attempt: claim.attempt, worker: claim.worker, failure: claim.failure, facts: factsOf(claim) })),
  ),
];
