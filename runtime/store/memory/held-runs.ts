/** `queries/held-runs.ts` in memory. */
import { heldRuns, heldRunsWithNews, nextDue, readClock } from '../queries/held-runs.ts';
import { claimed } from './claim-runs.ts';
import { on, type Implementation } from './implementation.ts';

export const holding: Implementation[] = [
  on(heldRunsWithNews, ({ runs }, worker: string) => {
    const news = runs.heldBy(worker).filter((run) => run.wakeAt! < Number.POSITIVE_INFINITY);
    for (const run of news) runs.change(run, run.status === 'running' ? { wakeAt: Number.POSITIVE_INFINITY } : { wakeAt: null, worker: null });
    return news.map(({ uid, status, mail }) => ({ uid, status, mail }));
  }),

  on(heldRuns, ({ runs, now }, worker: string) =>
    runs
      .heldBy(worker)
      .filter(({ status }) => status === 'running')
      .map((run) => claimed(run, now())),
  ),

  on(readClock, ({ now }) => [{ now_ms: now() }]),

  on(nextDue, ({ runs, now }, entries: string[], withinMs: number, others: string[]) => {
    let next = Number.POSITIVE_INFINITY;
    for (const run of runs.waking) {
      if (run.worker !== null || !entries.includes(run.entry) || others.includes(run.artifact)) continue;
      if (run.wakeAt! < next && run.wakeAt! <= now() + withinMs) next = run.wakeAt!;
    }
    return [{ in_ms: next === Number.POSITIVE_INFINITY ? null : next - now() }];
  }),
];
