/** `queries/start-run.ts` in memory. */
import { startRun, startRuns } from '../queries/start-run.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, refused, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

interface Started {
  uid: string;
  id: string;
  workflow: string;
  entry: string;
  artifact: string;
  argsHash: Buffer;
  hash: Buffer;
  cause: string;
}

type Columns = [
  uid: string[],
  id: string[],
  workflow: string[],
  entry: string[],
  artifact: string[],
  argsHash: Buffer[],
  hash: Buffer[],
  cause: string[],
  worker: (string | null)[],
];

/** Has it to wait, for its moment or for its turn? */
export const isWaiting = ({ startAt, turn }: Pick<RunRow, 'startAt' | 'turn'>, time: number): boolean =>
  turn !== null || (startAt !== null && startAt > time);

/** Inserts a run with its first log entry. Returns false if its id is taken, or its debounce key by one that is pending. */
export function insertRun({ runs, log, now }: Tables, run: Started, more: Partial<RunRow> = {}): boolean {
  const { hash, cause, argsHash, ...rest } = run;
  if (runs.byId.has(run.id)) return false;
  const { debounce = null } = more;
  if (debounce !== null && runs.pending().some((other) => other.workflow === run.workflow && other.debounce === debounce)) return false;
  if (runs.byUid.has(run.uid)) throw refused('23505', 'duplicate key value violates unique constraint "runs_pkey"');
  checkJson(cause);
  const time = now();
  runs.insert({
    ...rest,
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
  log.of(run.uid).insert(0, { hash: hash.toString('hex'), at: time, cause, delta: '{}', capture: null });
  return true;
}

/** Starts runs, each held by its worker if that is there. */
function startAll(tables: Tables, runs: (Started & { worker: string | null })[]): Row[] {
  return runs.flatMap(({ worker, ...run }) => {
    const holder = worker !== null && tables.workers.has(worker) ? worker : null;
    const held = holder === null ? {} : { worker: holder, wakeAt: Number.POSITIVE_INFINITY };
    return insertRun(tables, run, held) ? [{ uid: run.uid, worker: holder }] : [];
  });
}

export const starting: Implementation[] = [
  on(
    startRun,
    (
      tables,
      uid: string,
      id: string,
      workflow: string,
      entry: string,
      artifact: string,
      argsHash: Buffer,
      hash: Buffer,
      cause: string,
      worker: string | null,
    ) => startAll(tables, [{ uid, id, workflow, entry, artifact, argsHash, hash, cause, worker }]),
  ),

  on(startRuns, (tables, ...columns: Columns) => {
    const [uid, id, workflow, entry, artifact, argsHash, hash, cause, worker] = columns;
    cause.forEach(checkJson);
    return startAll(
      tables,
      uid.map((_, i) => ({
        uid: uid[i]!,
        id: id[i]!,
        workflow: workflow[i]!,
        entry: entry[i]!,
        artifact: artifact[i]!,
        argsHash: argsHash[i]!,
        hash: hash[i]!,
        cause: cause[i]!,
        worker: worker[i]!,
      })),
    );
  }),
];
