/** `queries/workers.ts` in memory. */
import { buryWorker, freeOrphans, listWorkers, registerWorker, renewLease } from '../queries/workers.ts';
import { on, refused, type Implementation } from './implementation.ts';

export const working: Implementation[] = [
  on(registerWorker, ({ workers, now }, id: string, host: string, boot: string, pid: number, started: string, leaseMs: number) => {
    if (workers.has(id)) throw refused('23505', 'duplicate key value violates unique constraint "workers_pkey"');
    workers.set(id, { id, host, boot, pid, started, leaseUntil: now() + leaseMs });
    return [];
  }),

  on(renewLease, ({ workers, now }, id: string, leaseMs: number) => {
    const worker = workers.get(id);
    if (!worker) return [];
    worker.leaseUntil = now() + leaseMs;
    return [{ now_ms: now() }];
  }),

  on(listWorkers, ({ workers, now }) => {
    const time = now();
    return [...workers.values()].map(({ leaseUntil, ...worker }) => ({ ...worker, expired: leaseUntil < time }));
  }),

  on(freeOrphans, ({ runs, workers, now }) => {
    for (const run of runs.waking) {
      if (run.worker !== null && !workers.has(run.worker)) runs.free(run, now());
    }
    return [];
  }),

  on(buryWorker, ({ runs, workers, now }, id: string) => {
    const freed = workers.delete(id) ? runs.heldBy(id) : [];
    for (const run of freed) runs.free(run, now());
    return [{ count: freed.length }];
  }),
];
