/** `queries/claim-runs.ts` in memory. */
import { claimRuns } from '../queries/claim-runs.ts';
import { on, type Implementation } from './implementation.ts';

export const claiming: Implementation[] = [
  on(claimRuns, ({ runs, workers, now }, worker: string, entries: string[], limit: number) => {
    if (!workers.has(worker)) return [];
    const time = now();
    const due = [...runs.waking].filter((run) => run.worker === null && run.wakeAt! <= time && entries.includes(run.entry));
    const picked = due.sort((a, b) => a.wakeAt! - b.wakeAt!).slice(0, limit);
    for (const run of picked) runs.change(run, { worker, wakeAt: Number.POSITIVE_INFINITY });
    return picked.map(({ uid, id, workflow, artifact, mail }) => ({ uid, id, workflow, artifact, mail }));
  }),
];
