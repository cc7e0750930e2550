/** `queries/find-run.ts` in memory. */
import { findRun, findRunByUid, findRuns, listRuns } from '../queries/find-run.ts';
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
    priority: run.priority,
    start_ms: run.startAt,
    turn_key: run.turn?.key ?? null,
    replaced_by: run.replacedBy,
    tags: Object.keys(run.tags).length === 0 ? null : JSON.stringify(run.tags),
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

  on(findRuns, ({ runs }, ids: string[]) =>
    [...new Set(ids)].flatMap((id) => {
      const run = runs.byId.get(id);
      return run ? [{ uid: run.uid, id, workflow: run.workflow, args_hash: run.argsHash }] : [];
    }),
  ),

  on(listRuns, (tables, status: string | null, workflow: string | null, limit: number) => {
    const wanted = (run: RunRow): boolean =>
      (status === null || run.status === status) &&
      (workflow === null || run.workflow === workflow || run.workflow.endsWith(`#${workflow}`));
    // The sort is stable: of runs of one moment, the later comes first.
    const found = [...tables.runs.byUid.values()].filter(wanted).reverse().sort((a, b) => b.createdAt - a.createdAt);
    return found.slice(0, limit).map((run) => ({ ...columns(tables, run), seq: tables.log.of(run.uid).last()?.n ?? null }));
  }),
];
