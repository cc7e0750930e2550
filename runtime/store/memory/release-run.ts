/** `queries/release-run.ts` in memory. */
import { parkRun, releaseAll, releaseRun, resumeRun } from '../queries/release-run.ts';
import { checkJson, on, type Implementation } from './implementation.ts';

export const releasing: Implementation[] = [
  on(releaseRun, ({ runs }, uid: string, worker: string, mail: number, wakeMs: number | null) => {
    const run = runs.byUid.get(uid);
    if (!run || run.worker !== worker || run.mail !== mail) return [];
    runs.change(run, { worker: null, wakeAt: wakeMs ?? Number.POSITIVE_INFINITY });
    return [{ uid }];
  }),

  on(parkRun, ({ runs }, uid: string, worker: string, reason: string) => {
    const run = runs.byUid.get(uid);
    if (!run || run.worker !== worker || run.status !== 'running') return [];
    checkJson(reason);
    runs.change(run, { status: 'parked', reason, worker: null, wakeAt: null });
    return [{ uid }];
  }),

  on(resumeRun, ({ runs, now }, uid: string) => {
    const run = runs.byUid.get(uid);
    if (run?.status !== 'parked') return [];
    runs.change(run, { status: 'running', reason: null, wakeAt: now(), losses: 0, lostAt: null });
    return [{ uid }];
  }),

  on(releaseAll, ({ runs, workers, now }, worker: string) => {
    const freed = runs.heldBy(worker);
    for (const run of freed) runs.free(run, now());
    workers.delete(worker);
    return [{ count: freed.length }];
  }),
];
