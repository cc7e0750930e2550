/** `queries/grants.ts` in memory. */
import { forgetLanes, grantErrands, PARTS, putLimits, takeDoubts } from '../queries/grants.ts';
import type { Row } from '../sql.ts';
import { insertClaim } from './claims.ts';
import { on, type Implementation } from './implementation.ts';
import { errandKey, isOpen, type ErrandRow, type LimitRow, type Tables } from './tables.ts';
import { claimOf, inOrder, isWaiting } from './errands.ts';

interface Served {
  queue: string;
  effect: string;
  room: number;
  idempotent: boolean;
}

/** How it is served: by its id, or by its name. */
function servedBy(served: readonly Served[], { queue, effect }: ErrandRow): Served | undefined {
  const own = served.filter((one) => one.queue === queue);
  return own.find((one) => one.effect === effect) ?? own.find((one) => one.effect === effect.slice(effect.indexOf('#') + 1));
}

/** What of a lane's rate is spent at a moment. */
const spentOf = ({ lanes }: Tables, lane: string, { perMs }: LimitRow, now: number): { at: number; n: number }[] =>
  perMs === null ? [] : (lanes.get(lane) ?? []).filter(({ at }) => at > now - perMs);

function leftOf(tables: Tables, { lane, effect }: ErrandRow, now: number): number {
  const limit = tables.limits.get(effect);
  if (!limit) return Number.POSITIVE_INFINITY;
  const underWay = [...tables.errands.values()].filter((errand) => errand.lane === lane && errand.worker !== null && !errand.doubt).length;
  const spent = spentOf(tables, lane, limit, now).reduce((sum, { n }) => sum + n, 0);
  const { concurrency, rate } = limit;
  return Math.min(concurrency === null ? Number.POSITIVE_INFINITY : concurrency - underWay, rate === null ? Number.POSITIVE_INFINITY : rate - spent);
}

function spend(tables: Tables, { lane, effect }: ErrandRow, now: number): void {
  const limit = tables.limits.get(effect);
  if (limit?.perMs == null) return;
  const spent = spentOf(tables, lane, limit, now);
  const part = (ms: number): number => Math.floor(ms / (limit.perMs! / PARTS));
  const last = spent.at(-1);
  if (last && part(last.at) === part(now)) Object.assign(last, { at: now, n: last.n + 1 });
  else spent.push({ at: now, n: 1 });
  tables.lanes.set(lane, spent);
}

/** Is its run not over? */
function isWanted({ runs }: Tables, { uid }: ErrandRow): boolean {
  const run = runs.byUid.get(uid);
  return run !== undefined && isOpen(run);
}

const rowOf = ({ uid, request, attempt, run, effect, queue, args, askedAt, beganAt }: ErrandRow, heartbeat: string | null): Row => ({
  uid,
  request,
  attempt,
  run,
  effect,
  queue,
  args,
  asked_ms: askedAt,
  began_ms: beganAt ?? askedAt,
  heartbeat,
});

export const grants: Implementation[] = [
  on(grantErrands, (tables, worker: string, queues: string[], effects: string[], rooms: number[], idempotent: boolean[]) => {
    const served = queues.map((queue, i): Served => ({ queue, effect: effects[i]!, room: rooms[i]!, idempotent: idempotent[i]! }));
    const now = tables.now();
    const room = new Map(served.map((one) => [one.queue, one.room]));
    const waiting = [...tables.errands.values()].filter((errand) => isWaiting(errand) && queues.includes(errand.queue)).sort(inOrder);
    const granted: Row[] = [];
    const due: number[] = [];
    for (const errand of waiting) {
      const by = servedBy(served, errand);
      if (!by || !tables.workers.has(worker)) continue;
      if (!isWanted(tables, errand)) {
        tables.errands.delete(errandKey(errand.uid, errand.request));
        continue;
      }
      if (errand.readyAt > now) {
        due.push(errand.readyAt - now);
        continue;
      }
      if (room.get(errand.queue)! <= 0) continue;
      const limit = tables.limits.get(errand.effect);
      if (leftOf(tables, errand, now) <= 0) {
        const spent = limit ? spentOf(tables, errand.lane, limit, now) : [];
        if (limit?.perMs != null && spent.reduce((sum, { n }) => sum + n, 0) >= limit.rate!) due.push(spent[0]!.at + limit.perMs - now);
        continue;
      }
      room.set(errand.queue, room.get(errand.queue)! - 1);
      spend(tables, errand, now);
      Object.assign(errand, { worker, grantedAt: now, beganAt: errand.beganAt ?? now, idempotent: by.idempotent });
      const { row } = insertClaim(tables, errand.uid, { request: errand.request, attempt: errand.attempt, worker });
      Object.assign(row, { worker, at: now, granted: true });
      const heartbeat = tables.claims.of(errand.uid).filter((claim) => claim.request === errand.request && claim.heartbeat !== null);
      granted.push(rowOf(errand, heartbeat.sort((a, b) => a.attempt - b.attempt).at(-1)?.heartbeat ?? null));
    }
    const news = { again: false, in_ms: due.length === 0 ? null : Math.min(...due) };
    return granted.length === 0 ? [{ ...news, uid: null }] : granted.map((row) => ({ ...news, ...row }));
  }),

  on(takeDoubts, (tables, worker: string, queues: string[], effects: string[], limit: number) => {
    if (!tables.workers.has(worker)) return [];
    const served = queues.map((queue, i): Served => ({ queue, effect: effects[i]!, room: 1, idempotent: false }));
    const isUndecided = (errand: ErrandRow): boolean => {
      const claim = claimOf(tables, errand, errand.attempt);
      return errand.doubt && errand.worker === null && errand.readyAt <= tables.now() && claim?.doubt != null && !claim.toPerson;
    };
    const open = [...tables.errands.values()].filter((errand) => isUndecided(errand) && servedBy(served, errand));
    const taken = open.sort((a, b) => a.readyAt - b.readyAt).slice(0, limit);
    for (const errand of taken) errand.worker = worker;
    return taken.map((errand) => rowOf(errand, null));
  }),

  on(putLimits, ({ limits }, effects: string[], concurrency: (number | null)[], rates: (number | null)[], perMs: (number | null)[]) => {
    for (const [i, effect] of effects.entries()) {
      const limit = { concurrency: concurrency[i]!, rate: rates[i]!, perMs: perMs[i]! };
      if (limit.concurrency === null && limit.rate === null) limits.delete(effect);
      else limits.set(effect, limit);
    }
    return [];
  }),

  on(forgetLanes, (tables) => {
    const longest = Math.max(0, ...[...tables.limits.values()].map(({ perMs }) => perMs ?? 0));
    const inUse = new Set([...tables.errands.values()].map(({ lane }) => lane));
    for (const [lane, spent] of tables.lanes) {
      if (!inUse.has(lane) && spent.every(({ at }) => at <= tables.now() - longest)) tables.lanes.delete(lane);
    }
    return [];
  }),
];
