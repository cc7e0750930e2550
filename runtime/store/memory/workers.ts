/** `queries/workers.ts` in memory. */
import { buryWorker, findWorker, freeOrphans, listWorkers, registerWorker, renewLease } from '../queries/workers.ts';
import type { Row } from '../sql.ts';
import { on, refused, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

/** Its worker has gone. Was that so before, at the same cycle? */
function lose({ runs, log, now }: Tables, run: RunRow): void {
  const seq = log.of(run.uid).last(Number.POSITIVE_INFINITY)?.n ?? null;
  runs.free(run, now());
  runs.change(run, { losses: run.lostAt === seq ? run.losses + 1 : 1, lostAt: seq });
}

/** Frees runs but for those that are locked: so many are left. */
function freed(tables: Tables, held: RunRow[]): Row[] {
  const free = held.filter(({ uid }) => !tables.isLocked(uid));
  for (const run of free) lose(tables, run);
  return [{ left: held.length - free.length }];
}

export const working: Implementation[] = [
  on(registerWorker, ({ workers, formerWorkers, now }, id: string, host: string, boot: string, pid: number, started: string, leaseMs: number, serves: string[]) => {
    if (workers.has(id)) throw refused('23505', 'duplicate key value violates unique constraint "workers_pkey"');
    workers.set(id, { id, host, boot, pid, started, leaseUntil: now() + leaseMs, serves });
    const buried = [...formerWorkers.values()].flatMap(({ buriedAt }) => buriedAt ?? []);
    return [{ ago_ms: buried.length === 0 ? null : now() - Math.max(...buried) }];
  }),

  on(renewLease, ({ workers, runs, now }, id: string, leaseMs: number) => {
    const worker = workers.get(id);
    if (!worker) return [];
    worker.leaseUntil = now() + leaseMs;
    const held = runs.heldBy(id);
    return [{ now_ms: now(), runs: held.length, mail: held.reduce((sum, { mail }) => sum + mail, 0) }];
  }),

  on(listWorkers, ({ workers, now }) => {
    const time = now();
    return [...workers.values()].map(({ leaseUntil, serves: _, ...worker }) => ({ ...worker, expired: leaseUntil < time }));
  }),

  on(freeOrphans, (tables) => {
    const { runs, workers } = tables;
    return freed(tables, [...runs.waking].filter(({ worker }) => worker !== null && !workers.has(worker)));
  }),

  on(findWorker, ({ workers, formerWorkers }, id: string) => {
    const worker = workers.get(id) ?? formerWorkers.get(id);
    return worker ? [{ host: worker.host, pid: worker.pid }] : [];
  }),

  on(buryWorker, (tables, id: string, onlyExpired: boolean) => {
    const worker = tables.workers.get(id);
    if (onlyExpired && worker && worker.leaseUntil >= tables.now()) return [{ left: 0 }];
    return freed(tables, tables.removeWorker(id, true) ? tables.runs.heldBy(id) : []);
  }),
];
