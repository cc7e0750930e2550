/** `queries/start-run.ts` in memory. */
import { startRun, startRuns } from '../queries/start-run.ts';
import type { RunStatus } from '../runs.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, refused, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

interface Started {
  uid: string;
  id: string | null;
  workflow: string;
  entry: string;
  artifact: string;
  argsHash: Buffer;
  hash: Buffer;
  cause: string;
}

/** Of a run that has begun before it is stored. */
interface FirstCycle {
  delta: string;
  capture: string | null;
}

type Values = [
  uid: string,
  id: string | null,
  workflow: string,
  entry: string,
  artifact: string,
  argsHash: Buffer,
  seq: number,
  hash: Buffer,
  cause: string,
  delta: string,
  capture: string | null,
  begunBy: string | null,
  holder: string | null,
  status: RunStatus,
  outcome: string | null,
  reason: string | null,
  wake: number | null,
  priority: number,
  tags: string | null,
];

/** Has it to wait, for its moment or for its turn? */
export const isWaiting = ({ startAt, turn }: Pick<RunRow, 'startAt' | 'turn'>, time: number): boolean =>
  turn !== null || (startAt !== null && startAt > time);

/** Inserts a run with its first log entry. Returns false if its id is taken, or its debounce key by one that is pending. */
export function insertRun({ runs, log, now }: Tables, run: Started, more: Partial<RunRow> = {}, cycle: FirstCycle | null = null): boolean {
  const { hash, cause, argsHash, ...rest } = run;
  const id = run.id ?? run.uid;
  if (runs.byId.has(id)) return false;
  const { debounce = null } = more;
  if (debounce !== null && runs.pending().some((other) => other.workflow === run.workflow && other.debounce === debounce)) return false;
  if (runs.byUid.has(run.uid)) throw refused('23505', 'duplicate key value violates unique constraint "runs_pkey"');
  checkJson(cause);
  const time = now();
  runs.insert({
    ...rest,
    id,
    argsHash: argsHash.toString('hex'),
    status: 'running',
    outcome: null,
    reason: null,
    mail: 0,
    wakeAt: time,
    worker: null,
    createdAt: time,
    finishedAt: null,
    priority: 0,
    startAt: null,
    turn: null,
    debounce: null,
    replacedBy: null,
    tags: {},
    losses: 0,
    lostAt: null,
    parent: null,
    request: null,
    owes: false,
    orphans: false,
    ...more,
  });
  log.of(run.uid).insert(cycle === null ? 0 : 1, { hash: hash.toString('hex'), at: time, cause, ...(cycle ?? { delta: '{}', capture: null }) });
  return true;
}

/** Starts a run, unless its id is taken, or the worker that has begun it is not there any more. */
function start(tables: Tables, values: Values): Row[] {
  const [uid, id, workflow, entry, artifact, argsHash, seq, hash, cause, delta, capture, begunBy, holder, status, outcome, reason, wake, priority, tags] = values;
  if (begunBy !== null && !tables.workers.has(begunBy)) return [];
  const { now } = tables;
  const more: Partial<RunRow> = {
    worker: holder,
    status,
    outcome,
    reason,
    wakeAt: status !== 'running' ? null : begunBy === null ? now() : (wake ?? Number.POSITIVE_INFINITY),
    finishedAt: status === 'running' || status === 'parked' ? null : now(),
    priority,
    tags: JSON.parse(tags ?? '{}') as Record<string, string>,
  };
  const first = { uid, id, workflow, entry, artifact, argsHash, hash, cause };
  return insertRun(tables, first, more, seq === 0 ? null : { delta, capture }) ? [{ uid }] : [];
}

const check = ([, , , , , , , , cause, delta, capture, , , , outcome, reason, , , tags]: Values): void =>
  [cause, delta, capture, outcome, reason, tags].forEach(checkJson);

export const starting: Implementation[] = [
  on(startRun, (tables, ...values: Values) => {
    check(values);
    return start(tables, values);
  }),

  on(startRuns, (tables, ...columns: unknown[][]) => {
    const all = columns[0]!.map((_, i) => columns.map((column) => column[i]) as Values);
    all.forEach(check);
    return all.flatMap((values) => start(tables, values));
  }),
];
