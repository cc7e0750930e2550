/** `queries/find-run.ts` in memory. */
import { findRun, findRunByUid, listRuns } from '../queries/find-run.ts';
import type { Row } from '../sql.ts';
import { on, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

function columns({ claims }: Tables, run: RunRow): Row {
  return {
    uid: run.uid,
    id: run.id,
    workflow: run.workflow,
    entry: run.entry,
    artifact: run.artifact,
    args_hash: run.argsHash,
    status: run.status,
    outcome: run.outcome,
    reason: run.reason,
    mail: run.mail,
    worker: run.worker,
    wake_ms: run.wakeAt,
    created_ms: run.createdAt,
    finished_ms: run.finishedAt,
    in_doubt: claims.of(run.uid).some(({ doubt }) => doubt !== null),
  };
}

export const finding: Implementation[] = [
  on(findRun, (tables, id: string) => {
    const run = tables.runs.byId.get(id);
    return run ? [columns(tables, run)] : [];
  }),

  on(findRunByUid, (tables, uid: string) => {
    const run = tables.runs.byUid.get(uid);
    return run ? [columns(tables, run)] : [];
  }),

  on(listRuns, (tables, status: string | null, workflow: string | null, limit: number) => {
    const wanted = (run: RunRow): boolean =>
      (status === null || run.status === status) &&
      (workflow === null || run.workflow === workflow || run.workflow.endsWith(`#${workflow}`));
    // The sort is stable: of runs of one moment, the later comes first.
    const found = [...tables.runs.byUid.values()].filter(wanted).reverse().sort((a, b) => b.createdAt - a.createdAt);
    return found.slice(0, limit).map((run) => ({ ...columns(tables, run), seq: tables.log.of(run.uid).last()?.n ?? null }));
  }),
];
