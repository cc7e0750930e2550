/** `queries/list-runs.ts` in memory. */
import { listOpenRuns, listRemarkableRuns, listRuns, listRunsOfId, listTaggedRuns } from '../queries/list-runs.ts';
import type { Row } from '../sql.ts';
import { columns } from './find-run.ts';
import { on, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

type Values = [
  statuses: string[] | null,
  workflow: string | null,
  id: string | null,
  inDoubt: boolean | null,
  tags: string | null,
  fromMs: number | null,
  toMs: number | null,
  afterCreated: string | null,
  afterUid: string | null,
  limit: number,
];

/** A moment as text, to the microsecond. */
function created(ms: number): string {
  const micros = Math.round((ms % 1) * 1000);
  return new Date(Math.floor(ms)).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

const isBefore = (run: RunRow, [at, uid]: [string, string]): boolean =>
  created(run.createdAt) < at || (created(run.createdAt) === at && run.uid < uid);

function list(tables: Tables, ...[statuses, workflow, id, inDoubt, tags, fromMs, toMs, afterCreated, afterUid, limit]: Values): Row[] {
  const wanted = Object.entries(JSON.parse(tags ?? '{}') as Record<string, string>);
  const isWanted = (run: RunRow): boolean =>
    (statuses === null || statuses.includes(run.status)) &&
    (workflow === null || run.workflow === workflow || run.workflow.endsWith(`#${workflow}`)) &&
    (id === null || run.id === id) &&
    (inDoubt === null || inDoubt === columns(tables, run).in_doubt) &&
    wanted.every(([name, value]) => run.tags[name] === value) &&
    run.createdAt >= (fromMs ?? Number.NEGATIVE_INFINITY) &&
    run.createdAt < (toMs ?? Number.POSITIVE_INFINITY) &&
    (afterCreated === null || isBefore(run, [afterCreated, afterUid!]));
  const found = [...tables.runs.byUid.values()].filter(isWanted);
  found.sort((a, b) => b.createdAt - a.createdAt || (a.uid < b.uid ? 1 : -1));
  return found.slice(0, limit).map((run) => ({
    ...columns(tables, run),
    created: created(run.createdAt),
    seq: tables.log.of(run.uid).last()?.n ?? null,
  }));
}

export const listing: Implementation[] = [listRuns, listRemarkableRuns, listOpenRuns, listRunsOfId, listTaggedRuns].map((statement) => on(statement, list));
