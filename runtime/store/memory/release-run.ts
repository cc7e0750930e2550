/** `queries/release-run.ts` in memory. */
import { parkRun, releaseAll, releaseRun, resumeRun, resumeRuns } from '../queries/release-run.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import type { Tables } from './tables.ts';

function resume({ runs, now }: Tables, uids: string[]): Row[] {
  const parked = uids.flatMap((uid) => runs.byUid.get(uid) ?? []).filter(({ status }) => status === 'parked');
  for (const run of parked) runs.change(run, { status: 'running', reason: null, wakeAt: now(), losses: 0, lostAt: null });
  return parked.map(({ uid }) => ({ uid }));
}

export const releasing: Implementation[] = [
  on(releaseRun, ({ runs, isLocked }, uid: string, worker: string, mail: number, wakeMs: number | null) => {
    const run = runs.byUid.get(uid);
    if (!run || run.worker !== worker || run.mail !== mail || isLocked(uid)) return [];
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

  on(resumeRun, (tables, uid: string) => resume(tables, [uid])),

  on(resumeRuns, resume),

  on(releaseAll, (tables, worker: string) => {
    const { runs, now } = tables;
    const freed = runs.heldBy(worker).filter(({ uid }) => !tables.isLocked(uid));
    for (const run of freed) runs.free(run, now());
    tables.removeWorker(worker, false);
    return [{ count: freed.length }];
  }),
];
