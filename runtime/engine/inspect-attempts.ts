/**
 * What the store knows of the attempts at an effect, beyond its request: how many, how they went, what they have told.
 */
import type { Json } from '../codec/format.ts';
import type { StoredClaim } from '../store/claims.ts';
import type { ShownErrand } from '../store/errands.ts';
import type { Store } from '../store/store.ts';
import { lostInARow } from './losses.ts';
import { showDocument } from './show-document.ts';
import type { ShowLimits } from './show-value.ts';

/** Moments are in ms since 1970. */
export interface ShownAttempts {
  attempts: number;
  inDoubt: boolean;
  /** It waits for its turn, or is made by whoever has it. */
  errand: ShownErrand | null;
  lastError: string | null;
  /** When the next attempt follows on one that failed. */
  retryAt: number | null;
  /** What they have told of themselves last, and when. */
  heartbeat: { details: string | null; at: number } | null;
  /** It waits for whoever has its token, until this moment or as long as that takes. */
  token: { until: number | null } | null;
  /** The attempt in doubt. */
  doubt: ShownDoubt | null;
}

export interface ShownDoubt {
  since: number;
  /** Who has made the attempt, and which process that was, if anybody remembers. */
  worker: string;
  host: string | null;
  pid: number | null;
  /** Why the app's code could not decide. */
  trouble: string | null;
  /** How many workers were found dead while they made it, one after the other: perhaps it ends its process. */
  lost: number;
}

/** Given the claims of a request in order, how it waits for its turn, and how many attempts its request tells of. */
export async function attemptsOf(
  claims: StoredClaim[],
  errand: ShownErrand | null,
  begun: number,
  store: Store,
  limits: Partial<ShowLimits> = {},
): Promise<ShownAttempts> {
  const failure = claims.findLast((claim) => claim.failure !== null)?.failure ?? null;
  const doubt = claims.find((claim) => claim.doubt);
  return {
    attempts: Math.max(begun, ...claims.map((claim) => claim.attempt)),
    inDoubt: doubt !== undefined,
    errand,
    lastError: failure === null ? null : messageOf(failure),
    retryAt: claims.at(-1)?.retryMs ?? null,
    heartbeat: heartbeatOf(claims, limits),
    token: claims.findLast((claim) => claim.token !== null)?.token ?? null,
    doubt: doubt ? await doubtOf(doubt, lostInARow(claims), store) : null,
  };
}

function heartbeatOf(claims: StoredClaim[], limits: Partial<ShowLimits>): ShownAttempts['heartbeat'] {
  const at = claims.findLast((claim) => claim.heartbeatMs !== null)?.heartbeatMs ?? null;
  if (at === null) return null;
  const text = claims.findLast((claim) => claim.heartbeat !== null)?.heartbeat ?? null;
  return { details: text === null ? null : showDocument((JSON.parse(text) as { details: Json }).details, limits), at };
}

async function doubtOf({ doubtMs, worker, trouble }: StoredClaim, lost: number, store: Store): Promise<ShownDoubt> {
  const place = await store.workers.find(worker);
  return {
    since: doubtMs!,
    worker,
    host: place?.host ?? null,
    pid: place?.pid ?? null,
    trouble: trouble === null ? null : messageOf(trouble),
    lost,
  };
}

function messageOf(failure: string): string {
  const document = JSON.parse(failure) as { heap?: Record<string, { error?: { message?: string } }> };
  return Object.values(document.heap ?? {})[0]?.error?.message ?? failure;
}
