/** `queries/find-run.ts` in memory. */
import { findOutcomes, findRun, findRunByUid, findRuns } from '../queries/find-run.ts';
import type { Row } from '../sql.ts';
import { on, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';
import { stands } from './tokens.ts';

/** What is known of a run. */
export function columns(tables: Tables, run: RunRow): Row {
  const { claims } = tables;
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
    parent: run.parent,
    tags: Object.keys(run.tags).length === 0 ? null : JSON.stringify(run.tags),
    in_doubt: claims.of(run.uid).some(({ doubt }) => doubt !== null),
    token: tokenOf(tables, run.uid),
    unserved: unservedOf(tables, run.uid),
  };
}

/** A queue in which it waits and that nobody serves. */
function unservedOf({ errands, workers }: Tables, uid: string): string | null {
  const isServed = (queue: string): boolean => [...workers.values()].some(({ serves }) => serves.includes(queue));
  const waiting = [...errands.values()].filter((errand) => errand.uid === uid && errand.worker === null && !errand.doubt && errand.queue !== '');
  return waiting.sort((a, b) => a.request - b.request).find(({ queue }) => !isServed(queue))?.queue ?? null;
}

/** Until when it waits for somebody who has a token. */
function tokenOf(tables: Tables, uid: string): string | null {
  const waiting = tables.tokens
    .of(uid)
    .filter((token) => token.decidedAt === null && stands(tables, uid, token))
    .map(({ expiresAt }) => expiresAt);
  const moments = waiting.filter((at) => at !== null);
  return waiting.length === 0 ? null : JSON.stringify({ until: moments.length === 0 ? null : Math.min(...moments) });
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

  on(findOutcomes, ({ runs }, uids: string[]) =>
    [...new Set(uids)].flatMap((uid) => {
      const run = runs.byUid.get(uid);
      return run ? [{ uid, status: run.status, outcome: run.outcome, reason: run.reason }] : [];
    }),
  ),
];
