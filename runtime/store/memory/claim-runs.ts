/** `queries/claim-runs.ts` in memory. */
import { claimRuns } from '../queries/claim-runs.ts';
import type { Row } from '../sql.ts';
import { on, type Implementation } from './implementation.ts';
import type { RunRow } from './tables.ts';

export const claimed = ({ uid, id, workflow, artifact, mail, turn, losses, parent }: RunRow, now_ms: number): Row => ({
  uid,
  id,
  workflow,
  artifact,
  mail,
  turn_key: turn?.key ?? null,
  losses,
  parent,
  now_ms,
});

export const claiming: Implementation[] = [
  on(claimRuns, ({ runs, workers, now, isLocked }, worker: string, entries: string[], limit: number, others: string[]) => {
    if (!workers.has(worker)) return [];
    const time = now();
    const isOurs = ({ entry, artifact }: RunRow): boolean => entries.includes(entry) && !others.includes(artifact);
    const due = [...runs.waking].filter((run) => run.worker === null && run.wakeAt! <= time && isOurs(run) && !isLocked(run.uid));
    const picked = due.sort((a, b) => b.priority - a.priority || a.wakeAt! - b.wakeAt!).slice(0, limit);
    for (const run of picked) {
      const status = run.status === 'pending' ? 'running' : run.status;
      runs.change(run, { worker, wakeAt: Number.POSITIVE_INFINITY, status });
    }
    return picked.map((run) => claimed(run, time));
  }),
];
