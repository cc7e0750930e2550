/** `queries/errands.ts` in memory. */
import { doubtErrand, dropErrands, finishErrand, finishErrandInside, freeErrands, putErrands, repeatErrand, retryErrand, returnErrands, errandsOfRun, errandsOfWorker, withdrawErrands } from '../queries/errands.ts';
import { host } from '../../host.ts';
import { isHeld } from './claims.ts';
import { checkJson, on, refused, type Implementation } from './implementation.ts';
import { send } from './send-message.ts';
import { errandKey, isOpen, type ClaimRow, type ErrandRow, type RunRow, type Tables } from './tables.ts';

export const claimOf = ({ claims }: Tables, { uid, request }: ErrandRow, attempt: number): ClaimRow | undefined =>
  claims.of(uid).find((claim) => claim.request === request && claim.attempt === attempt);

/** The name of a grant: its moment, in µs. */
const grantOf = (grantedAt: number | null): string | null => (grantedAt === null ? null : String(Math.round(grantedAt * 1000)));

/** First who has more priority, then who has been ready first. */
export function inOrder(a: ErrandRow, b: ErrandRow): number {
  const text = a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0;
  return b.priority - a.priority || a.readyAt - b.readyAt || text || a.request - b.request;
}

export const isWaiting = ({ worker, doubt }: ErrandRow): boolean => worker === null && !doubt;

function mine({ errands }: Tables, uid: string, request: number, attempt: number, worker: string): ErrandRow | undefined {
  const errand = errands.get(errandKey(uid, request));
  return errand?.attempt === attempt && errand.worker === worker && !errand.doubt ? errand : undefined;
}

/** The end of an attempt that its worker answers: by waiting again or by doubt. */
function answer(tables: Tables, uid: string, request: number, attempt: number, worker: string, became: string, body: (errand: ErrandRow) => void): { became: string }[] {
  const errand = mine(tables, uid, request, attempt, worker);
  if (!errand) return [{ became: 'lost' }];
  if (errand.told) return [{ became: 'told' }];
  body(errand);
  return [{ became }];
}

/** Takes a call back. */
function withdraw(tables: Tables, run: RunRow, request: number): string {
  const key = errandKey(run.uid, request);
  const errand = tables.errands.get(key);
  const claims = tables.claims.of(run.uid).filter((claim) => claim.request === request);
  if (!errand) {
    if (claims.length > 0) return claims.some(({ granted, doubt }) => granted && doubt === null) ? 'ending' : 'none';
    send(tables, run, JSON.stringify({ aborted: request, begun: false }), false);
    return 'ended';
  }
  if (!waits(errand)) {
    errand.told = true;
    return 'told';
  }
  tables.errands.delete(key);
  const failure = errand.doubt ? null : (claimOf(tables, errand, errand.attempt - 1)?.failure ?? null);
  const entry =
    failure === null
      ? { aborted: request, begun: errand.doubt || errand.attempt > 1 }
      : { failure: request, error: JSON.parse(failure) as unknown };
  send(tables, run, JSON.stringify(entry), false);
  return 'ended';
}

/** Nobody makes it. */
const waits = ({ worker, doubt }: ErrandRow): boolean => worker === null || doubt;

/** How many attempts were lost with their workers since the last that failed. */
function lostOf({ claims, formerWorkers }: Tables, { uid, request }: ErrandRow): number {
  const own = claims.of(uid).filter((claim) => claim.request === request);
  const failed = Math.max(0, ...own.filter(({ failure }) => failure !== null).map(({ attempt }) => attempt));
  return own.filter(({ attempt, worker }) => attempt > failed && (formerWorkers.get(worker)?.buriedAt ?? null) !== null).length;
}

/** Nobody waits for these calls of a run any more: none is begun, and what is under way is told to stop. */
export function dropErrandsOf({ errands }: Tables, uid: string, isUnwanted: (request: number) => boolean = () => true): void {
  for (const [key, errand] of errands) {
    if (errand.uid !== uid || !isUnwanted(errand.request)) continue;
    if (waits(errand)) errands.delete(key);
    else errand.told = true;
  }
}

export const errands: Implementation[] = [
  on(
    putErrands,
    (
      tables,
      uids: string[],
      requests: number[],
      attempts: number[],
      effects: string[],
      args: string[],
      asked: number[],
      queues: string[],
      lanes: string[],
      mails: number[],
      workers: string[],
    ) => {
      args.forEach(checkJson);
      const accepted = new Set<string>();
      const isSeen = (i: number): boolean => isHeld(tables, uids[i]!, workers[i]!) && tables.runs.byUid.get(uids[i]!)!.mail === mails[i];
      for (const [i, uid] of uids.entries()) {
        if (!isSeen(i)) continue;
        accepted.add(uid);
        const { id: run, priority } = tables.runs.byUid.get(uid)!;
        const [request, attempt] = [requests[i]!, attempts[i]!];
        const key = errandKey(uid, request);
        if (tables.errands.has(key) || tables.claims.of(uid).some((claim) => claim.request === request && claim.attempt >= attempt)) continue;
        const call = { uid, request, attempt, run, effect: effects[i]!, args: args[i]!, askedAt: asked[i]!, queue: queues[i]!, lane: lanes[i]!, priority };
        const nothing = { beganAt: null, worker: null, grantedAt: null, idempotent: false, doubt: false, told: false };
        tables.errands.set(key, { ...call, ...nothing, readyAt: Math.min(call.askedAt, tables.now()) });
      }
      return [...accepted].map((uid) => ({ uid }));
    },
  ),

  on(repeatErrand, (tables, uid: string, request: number, attempt: number, worker: string) => {
    if (!isHeld(tables, uid, worker)) return [];
    const errand = tables.errands.get(errandKey(uid, request));
    if (!errand?.doubt || errand.attempt !== attempt) return [{ became: 'none' }];
    Object.assign(errand, { attempt: attempt + 1, worker: null, grantedAt: null, doubt: false, told: false, readyAt: tables.now() });
    for (const claim of tables.claims.of(uid)) if (claim.request === request) claim.doubt = null;
    return [{ became: 'waiting' }];
  }),

  on(withdrawErrands, (tables, uid: string, requests: number[], worker: string) => {
    const run = tables.runs.byUid.get(uid);
    if (!isHeld(tables, uid, worker)) return [];
    return requests.map((request) => ({ request, became: withdraw(tables, run!, request) }));
  }),

  on(finishErrand, (tables, uid: string, request: number, attempt: number, entry: string, isFailure: boolean) => {
    checkJson(entry);
    const run = tables.runs.byUid.get(uid);
    const errand = tables.errands.get(errandKey(uid, request));
    if (isFailure && errand && errand.attempt > attempt) return [];
    tables.errands.delete(errandKey(uid, request));
    if (run && isOpen(run)) send(tables, run, entry, false);
    return [{ uid }];
  }),

  on(dropErrands, (tables, uid: string) => {
    if (tables.runs.byUid.get(uid)?.status !== 'terminated') return [];
    dropErrandsOf(tables, uid);
    tables.claims.of(uid).length = 0;
    return [];
  }),

  on(finishErrandInside, () => {
    throw refused('0A000', 'the store in memory has no transactions');
  }),

  on(retryErrand, (tables, uid: string, request: number, attempt: number, worker: string, failure: string, pauseMs: number) => {
    checkJson(failure);
    return answer(tables, uid, request, attempt, worker, 'waiting', (errand) => {
      const retryAt = tables.now() + pauseMs;
      Object.assign(errand, { attempt: attempt + 1, worker: null, grantedAt: null, readyAt: retryAt });
      const claim = claimOf(tables, errand, attempt);
      if (claim) Object.assign(claim, { failure, doubt: null, retryAt });
    });
  }),

  on(doubtErrand, (tables, uid: string, request: number, attempt: number, worker: string) =>
    answer(tables, uid, request, attempt, worker, 'doubtful', (errand) => {
      Object.assign(errand, { worker: null, grantedAt: null, doubt: true, readyAt: tables.now() });
      const claim = claimOf(tables, errand, attempt);
      if (claim) claim.doubt ??= tables.now();
    }),
  ),

  on(freeErrands, (tables, pausesMs: number[]) => {
    for (const [key, errand] of tables.errands) {
      if (errand.doubt && (claimOf(tables, errand, errand.attempt)?.doubt ?? null) === null) tables.errands.delete(key);
    }
    const told: ErrandRow[] = [];
    for (const errand of tables.errands.values()) {
      if (errand.worker === null || tables.workers.has(errand.worker)) continue;
      if (errand.told && !errand.doubt) {
        told.push(errand);
        continue;
      }
      const pauseMs = errand.idempotent && !errand.doubt ? pausesMs[lostOf(tables, errand)] : undefined;
      const claim = claimOf(tables, errand, errand.attempt);
      if (pauseMs === undefined && !errand.doubt && claim) claim.doubt ??= tables.now();
      const next = pauseMs === undefined ? { doubt: true } : { attempt: errand.attempt + 1 };
      Object.assign(errand, { worker: null, grantedAt: null, readyAt: tables.now() + (pauseMs ?? 0) * host.random(), ...next });
    }
    return told.map(({ uid, request, attempt }) => ({ uid, request, attempt }));
  }),

  on(errandsOfWorker, (tables, worker: string) =>
    [...tables.errands.values()]
      .filter((errand) => errand.worker === worker)
      .map(({ uid, request, attempt, doubt, told, grantedAt }) => {
        const terminated = tables.runs.byUid.get(uid)?.status === 'terminated';
        return { uid, request, attempt, doubt, told, terminated, granted: grantOf(grantedAt) };
      }),
  ),

  on(returnErrands, (tables, worker: string, uids: string[], requests: number[], attempts: number[], grants: (string | null)[]) => {
    for (const [i, uid] of uids.entries()) {
      const errand = tables.errands.get(errandKey(uid, requests[i]!));
      if (errand?.attempt !== attempts[i] || errand?.worker !== worker || errand.told || grantOf(errand.grantedAt) !== grants[i]) continue;
      Object.assign(errand, { worker: null, grantedAt: null });
      const claims = tables.claims.of(uid);
      const at = claims.findIndex((claim) => claim.request === errand.request && claim.attempt === errand.attempt && claim.worker === worker);
      if (at !== -1 && !errand.doubt) claims.splice(at, 1);
    }
    return [];
  }),

  on(errandsOfRun, (tables, uid: string) =>
    [...tables.errands.values()]
      .filter((errand) => errand.uid === uid)
      .sort((a, b) => a.request - b.request)
      .map((errand) => {
        const others = [...tables.errands.values()].filter((o) => isWaiting(o) && o.queue === errand.queue && o.lane === errand.lane);
        const limit = tables.limits.get(errand.effect);
        return {
          request: errand.request,
          attempt: errand.attempt,
          queue: errand.queue,
          worker: errand.worker,
          doubt: errand.doubt,
          ready_ms: errand.readyAt,
          waiting_ms: (errand.grantedAt ?? tables.now()) - Math.max(errand.askedAt, errand.readyAt),
          ahead: isWaiting(errand) ? others.filter((other) => inOrder(other, errand) < 0).length : null,
          served: errand.queue === '' || [...tables.workers.values()].some(({ serves }) => serves.includes(errand.queue)),
          concurrency: limit?.concurrency ?? null,
          rate: limit?.rate ?? null,
          per_ms: limit?.perMs ?? null,
        };
      }),
  ),
];
