/** `queries/start-run.ts` in memory. */
import { startRun } from '../queries/start-run.ts';
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
    ...more,
  });
  log.of(run.uid).insert(0, { hash: hash.toString('hex'), at: time, cause, delta: '{}', capture: null });
  return true;
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
    ) => {
      const holder = worker !== null && tables.workers.has(worker) ? worker : null;
      const held = holder === null ? {} : { worker: holder, wakeAt: Number.POSITIVE_INFINITY };
      const isIn = insertRun(tables, { uid, id, workflow, entry, artifact, argsHash, hash, cause }, held);
      return isIn ? [{ uid, worker: holder }] : [];
    },
  ),
];
