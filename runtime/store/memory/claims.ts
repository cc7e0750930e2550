/** `queries/claims.ts` in memory. */
import type { ClaimFacts } from '../claims.ts';
import {
  answerDoubt,
  claimAttempt,
  leaveToPerson,
  markDoubt,
  readClaims,
  recordFailure,
  recordHeartbeats,
  recordTrouble,
} from '../queries/claims.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import { send } from './send-message.ts';
import { errandKey, type ClaimRow, type Tables } from './tables.ts';

/** A claim of an attempt, and whether it is a new one. */
export function insertClaim(
  tables: Tables,
  uid: string,
  claim: Pick<ClaimRow, 'request' | 'attempt' | 'worker'>,
): { row: ClaimRow; isNew: boolean } {
  const table = tables.claims.of(uid);
  const known = table.find(({ request, attempt }) => request === claim.request && attempt === claim.attempt);
  if (known) return { row: known, isNew: false };
  const nothing = { failure: null, doubt: null, retryAt: null, heartbeat: null, heartbeatAt: null, trouble: null, toPerson: false, granted: false };
  const row: ClaimRow = { ...claim, ...nothing, at: tables.now() };
  table.push(row);
  return { row, isNew: true };
}

/** The attempt of a claim has neither failed nor fallen in doubt, and is the last one. */
export const goesOn = ({ claims }: Tables, uid: string, { request, attempt, failure, doubt }: ClaimRow): boolean =>
  failure === null && doubt === null && !claims.of(uid).some((further) => further.request === request && further.attempt > attempt);

/** What else is known of a claim, as the statements tell it. */
export function factsOf(tables: Tables, uid: string, claim: ClaimRow): string {
  const { tokens, formerWorkers } = tables;
  const { at, doubt, retryAt, heartbeat, heartbeatAt, trouble, toPerson, granted } = claim;
  const token = goesOn(tables, uid, claim) && tokens.of(uid).find((t) => t.request === claim.request && t.attempt === claim.attempt && t.decidedAt === null);
  const waits = token ? { until: token.expiresAt } : null;
  const lost = formerWorkers.get(claim.worker)?.buriedAt ?? null;
  const facts: ClaimFacts = { at, doubt, retry: retryAt, lost, heartbeat, heartbeatAt, trouble, toPerson, token: waits, granted };
  return JSON.stringify(facts);
}

/** The claim of an attempt, if that is in doubt. */
const doubtful = (tables: Tables, uid: string, request: number, attempt: number): ClaimRow | undefined =>
  tables.claims.of(uid).find((claim) => claim.request === request && claim.attempt === attempt && claim.doubt !== null);

export function isHeld({ runs }: Tables, uid: string, worker: string): boolean {
  const run = runs.byUid.get(uid);
  return run?.worker === worker && run.status === 'running';
}

export const claims: Implementation[] = [
  on(claimAttempt, (tables, uid: string, request: number, attempt: number, worker: string) => {
    if (!isHeld(tables, uid, worker)) return [];
    for (const claim of tables.claims.of(uid)) if (claim.request === request && claim.attempt < attempt) claim.doubt = null;
    const key = errandKey(uid, request);
    const errand = tables.errands.get(key);
    const isBefore = errand && (errand.doubt ? errand.attempt < attempt : errand.worker === null && errand.attempt <= attempt);
    if (isBefore) tables.errands.delete(key);
    return insertClaim(tables, uid, { request, attempt, worker }).isNew ? [{ attempt }] : [{ attempt: null }];
  }),

  on(recordFailure, (tables, uid: string, request: number, attempt: number, worker: string, failure: string, pauseMs: number) => {
    if (!isHeld(tables, uid, worker)) return [];
    checkJson(failure);
    const { row } = insertClaim(tables, uid, { request, attempt, worker });
    Object.assign(row, { failure, doubt: null });
    row.retryAt ??= tables.now() + pauseMs;
    return [{ retry_ms: row.retryAt }];
  }),

  on(markDoubt, (tables, uid: string, request: number, attempt: number, worker: string, holder: string) => {
    if (!isHeld(tables, uid, holder)) return [];
    const { row } = insertClaim(tables, uid, { request, attempt, worker });
    row.doubt ??= tables.now();
    return [{ attempt }];
  }),

  on(recordHeartbeats, (tables, uids: string[], requests: number[], attempts: number[], workers: string[], details: (string | null)[]) => {
    details.forEach(checkJson);
    for (const [i, uid] of uids.entries()) {
      const isClaimed = tables.claims.of(uid).some((c) => c.request === requests[i] && c.attempt === attempts[i] && c.worker === workers[i]);
      if (!isClaimed && !isHeld(tables, uid, workers[i]!)) continue;
      const { row } = insertClaim(tables, uid, { request: requests[i]!, attempt: attempts[i]!, worker: workers[i]! });
      row.heartbeat = details[i] ?? row.heartbeat;
      row.heartbeatAt = tables.now();
    }
    return [];
  }),

  on(recordTrouble, (tables, uid: string, request: number, attempt: number, error: string) => {
    checkJson(error);
    const claim = doubtful(tables, uid, request, attempt);
    if (claim) claim.trouble = error;
    return [];
  }),

  on(leaveToPerson, (tables, uid: string, request: number, attempt: number) => {
    const claim = doubtful(tables, uid, request, attempt);
    if (claim) Object.assign(claim, { toPerson: true, trouble: null });
    return [];
  }),

  on(answerDoubt, (tables, uid: string, request: number, attempt: number, entry: string) =>
    doubtful(tables, uid, request, attempt) ? send(tables, tables.runs.byUid.get(uid), entry, false) : [],
  ),

  on(readClaims, (tables, uid: string) =>
    [...tables.claims.of(uid)]
      .sort((a, b) => a.request - b.request || a.attempt - b.attempt)
      .map((claim) => ({ request: claim.request, attempt: claim.attempt, worker: claim.worker, failure: claim.failure, facts: factsOf(tables, uid, claim) })),
  ),
];
