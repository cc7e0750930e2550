/**
 * The table of runs: who holds which, and what became of them.
 */
import { admitRuns } from './queries/admit-runs.ts';
import { claimRuns } from './queries/claim-runs.ts';
import { findDebounced, restartDebounced } from './queries/debounce.ts';
import { findOutcomes, findRun, findRunByUid, findRuns } from './queries/find-run.ts';
import { heldRuns, heldRunsWithNews, nextDue } from './queries/held-runs.ts';
import { listOpenRuns, listRemarkableRuns, listRuns, listRunsOfId, listTaggedRuns } from './queries/list-runs.ts';
import { parkRun, releaseRun, resumeRun, resumeRuns } from './queries/release-run.ts';
import { UID } from './queries/run-id.ts';
import { giveTurns, queuedKeys } from './queries/turns.ts';
import { StartGroup } from './start-group.ts';
import type { Row, Sql, Statement } from './sql.ts';

const IS_UID = new RegExp(UID);

export type RunStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'parked';

export interface StoredRun {
  uid: string;
  id: string;
  workflow: string;
  entry: string;
  artifact: string;
  argsHash: string;
  status: RunStatus;
  /** JSON texts, or null. */
  outcome: string | null;
  reason: string | null;
  mail: number;
  worker: string | null;
  wakeMs: number | null;
  createdMs: number;
  finishedMs: number | null;
  inDoubt: boolean;
  /** It waits for somebody who has a token: until this moment, in ms since 1970, or as long as that takes. */
  token: { until: number | null } | null;
  /** A queue in which an effect of it waits, and that nobody serves. */
  unserved: string | null;
  priority: number;
  /** It does not begin before. */
  startMs: number | null;
  /** It goes on only in its turn among the runs with this key. */
  turnKey: string | null;
  tags: Record<string, string>;
  /** The uid of the run that has taken its id. */
  replacedBy: string | null;
  /** The uid of the run that has started it. */
  parent: string | null;
  /** Cycles so far; only in lists. */
  seq: number | null;
  /** Where the page after it begins; only in lists. */
  cursor: string | null;
}

/** What lists are asked for. */
export interface RunFilter {
  status?: RunStatus | readonly RunStatus[];
  /** `module#name`, or the name. */
  workflow?: string;
  /** Also those whose id another run has taken. */
  id?: string;
  inDoubt?: boolean;
  /** All of them. */
  tags?: Record<string, string>;
  /** Started at this moment or later, in ms since 1970. */
  fromMs?: number;
  /** Started before. */
  toMs?: number;
}

/** What has become of a run: its outcome, or why it is parked. */
export type RunOutcome = Pick<StoredRun, 'uid' | 'status' | 'outcome' | 'reason'>;

/** A run whose id somebody wants. */
export type FoundRun = Pick<StoredRun, 'uid' | 'id' | 'workflow' | 'argsHash'>;

export interface NewRun {
  uid: string;
  /** null: nobody has chosen one, and its uid is its id. */
  id: string | null;
  workflow: string;
  entry: string;
  artifact: string;
  argsHash: Buffer;
  /** The first log entry. */
  hash: Buffer;
  cause: string;
}

/** What has become of a run before it is stored. */
export interface Begun {
  /** The worker that has begun it. */
  worker: string;
  /** Does this worker hold it from now on? */
  isHeld: boolean;
  /** The first cycle; null: it has none, and is parked. */
  cycle: { hash: Buffer; delta: string; capture: string | null } | null;
  status: RunStatus;
  /** JSON texts, or null. */
  outcome: string | null;
  reason: string | null;
  /** When it is next due if nobody holds it, in ms since 1970; null: when something arrives. */
  wakeMs: number | null;
}

/** What a start asks for beside the run itself. */
export interface Admission {
  priority: number;
  /** Not before this moment, in ms since 1970. */
  startMs: number | null;
  /** Not before so much time has passed. */
  delayMs: number | null;
  turn: { key: string; limit: number } | null;
  /** When it is cancelled, in ms since 1970. */
  deadlineMs: number | null;
  debounce: string | null;
  tags: Record<string, string>;
  /** Inbox entries, as text. */
  messages: { channel: string; key?: string | undefined; entry: string }[];
}

/** A run that waits for nothing before it begins, and brings nothing along. */
export type PlainRun = NewRun & Pick<Admission, 'priority' | 'tags'>;

export type AdmittedRun = Pick<NewRun, 'uid' | 'id' | 'argsHash' | 'hash' | 'cause'> & Admission;

export interface ClaimedRun {
  uid: string;
  id: string;
  workflow: string;
  artifact: string;
  mail: number;
  turnKey: string | null;
  /** How many workers have gone while they held it, one after the other without a checkpoint between. */
  losses: number;
  /** The uid of the run that has started it. */
  parent: string | null;
}

/** A run that a worker has taken, and the database's clock: it was due by that. */
export interface TakenRun extends ClaimedRun {
  nowMs: number;
}

export class Runs {
  private readonly sql: Sql;
  private readonly starts: StartGroup;

  constructor(sql: Sql) {
    this.sql = sql;
    this.starts = new StartGroup(sql);
  }

  /** Starts a run. Returns false if its id is taken, or the worker that has begun it is not there any more. */
  start(run: PlainRun, begun: Begun | null = null): Promise<boolean> {
    return this.starts.start(run, begun);
  }

  /**
   * Starts runs of a workflow. Returns the uids of those that it has started: the ids of the others are taken, or another
   * run is pending with their debounce key. With `replaceFinished`, a run that has finished gives up its
   * id: any, or the one of this uid only.
   */
  async admit(
    runs: readonly AdmittedRun[],
    { workflow, entry, artifact }: Pick<NewRun, 'workflow' | 'entry' | 'artifact'>,
    replaceFinished: boolean | { uid: string },
  ): Promise<Set<string>> {
    const column = <T>(pick: (run: AdmittedRun) => T): T[] => runs.map(pick);
    const rows = await this.sql.query(admitRuns, [
      column((run) => run.uid),
      column((run) => run.id),
      column((run) => run.argsHash),
      column((run) => run.hash),
      column((run) => run.cause),
      column((run) => run.priority),
      column((run) => run.startMs),
      column((run) => run.delayMs),
      column((run) => run.turn?.key ?? null),
      column((run) => run.turn?.limit ?? null),
      column((run) => run.debounce),
      column((run) => (Object.keys(run.tags).length === 0 ? null : JSON.stringify(run.tags))),
      column((run) => (run.messages.length === 0 ? null : JSON.stringify(run.messages))),
      workflow,
      entry,
      artifact,
      replaceFinished !== false,
      column((run) => run.deadlineMs),
      typeof replaceFinished === 'boolean' ? null : replaceFinished.uid,
    ]);
    return new Set(rows.map((row) => String(row.uid)));
  }

  /** The run of a workflow that is pending with a debounce key. */
  async debounced(workflow: string, key: string): Promise<{ uid: string; id: string } | null> {
    const [row] = await this.sql.query(findDebounced, [workflow, key]);
    return row ? { uid: String(row.uid), id: String(row.id) } : null;
  }

  /** Gives a pending run other arguments and lets it wait anew. Returns false if it has begun. */
  async restart(
    run: Pick<NewRun, 'uid' | 'entry' | 'artifact' | 'argsHash' | 'hash' | 'cause'>,
    delayMs: number,
    maxMs: number | null,
    deadlineMs: number | null,
  ): Promise<boolean> {
    const { uid, entry, artifact, argsHash, hash, cause } = run;
    const rows = await this.sql.query(restartDebounced, [uid, entry, artifact, argsHash, hash, cause, delayMs, maxMs, deadlineMs]);
    return rows.length === 1;
  }

  /** So many of the keys that runs wait for a turn of, after a key, in order; and whether somebody could have it. */
  async queuedKeys(after: string, limit: number): Promise<{ key: string; isFree: boolean }[]> {
    return (await this.sql.query(queuedKeys, [after, limit])).map((row) => ({ key: String(row.key), isFree: row.free === true }));
  }

  /** Gives runs their turn, as far as places are free. Returns how many have got one. */
  async giveTurns(keys: readonly string[]): Promise<number> {
    return (await this.sql.query(giveTurns, [keys])).length;
  }

  async find(id: string): Promise<StoredRun | null> {
    const [row] = await this.sql.query(findRun, [id]);
    return row ? toRun(row) : null;
  }

  async findByUid(uid: string): Promise<StoredRun | null> {
    const [row] = await this.sql.query(findRunByUid, [uid]);
    return row ? toRun(row) : null;
  }

  /** The run that has this id now, or else whose uid it is: another may have taken its id. */
  async findByName(name: string): Promise<StoredRun | null> {
    return (await this.find(name)) ?? (IS_UID.test(name) ? this.findByUid(name) : null);
  }

  /** What has these ids now. */
  async findMany(ids: readonly string[]): Promise<FoundRun[]> {
    const rows = await this.sql.query(findRuns, [ids]);
    return rows.map((row) => ({ uid: String(row.uid), id: String(row.id), workflow: String(row.workflow), argsHash: String(row.args_hash) }));
  }

  /** What has become of these, as far as they are there. */
  async outcomes(uids: readonly string[]): Promise<RunOutcome[]> {
    const text = (value: unknown): string | null => (value === null ? null : String(value));
    const rows = await this.sql.query(findOutcomes, [uids]);
    return rows.map((row) => ({ uid: String(row.uid), status: row.status as RunStatus, outcome: text(row.outcome), reason: text(row.reason) }));
  }

  /** Newest first; from the beginning, or after the run that the cursor is of. */
  async list(filter: RunFilter & { limit: number; cursor?: string }): Promise<StoredRun[]> {
    const { workflow = null, id = null, inDoubt = null, tags = {}, fromMs = null, toMs = null, limit } = filter;
    const status = filter.status === undefined ? null : [filter.status].flat();
    const [created = null, uid = null] = filter.cursor?.split('_') ?? [];
    const [tag] = Object.entries(tags);
    const values = [status, workflow, id, inDoubt, tag ? JSON.stringify(tags) : null, fromMs, toMs, created, uid, limit];
    const rows = await this.sql.query(listStatement(filter), tag ? [...values, ...tag] : values);
    return rows.map((row) => ({ ...toRun(row), cursor: `${String(row.created)}_${String(row.uid)}` }));
  }

  /** `others`: hashes of programs whose runs are left to others. */
  async claim(worker: string, entries: string[], limit: number, others: string[] = []): Promise<TakenRun[]> {
    return (await this.sql.query(claimRuns, [worker, entries, limit, others])).map(toTaken);
  }

  /** All runs that a worker holds: for when answers were lost. */
  async heldBy(worker: string): Promise<TakenRun[]> {
    return (await this.sql.query(heldRuns, [worker])).map(toTaken);
  }

  /** Runs that this worker holds and that something has arrived for, with the last inbox number. Those that have ended it holds no longer. */
  async news(worker: string): Promise<{ uid: string; status: RunStatus; mail: number }[]> {
    const rows = await this.sql.query(heldRunsWithNews, [worker]);
    return rows.map((row) => ({ uid: String(row.uid), status: row.status as RunStatus, mail: Number(row.mail) }));
  }

  /** Lets a run sleep. Returns false if something has arrived that the worker has not seen. */
  async release(uid: string, worker: string, mailSeen: number, wakeMs: number | null): Promise<boolean> {
    const rows = await this.sql.query(releaseRun, [uid, worker, mailSeen, wakeMs]);
    return rows.length === 1;
  }

  async park(uid: string, worker: string, reason: string): Promise<boolean> {
    const rows = await this.sql.query(parkRun, [uid, worker, reason]);
    return rows.length === 1;
  }

  /** Lets a parked run go on. Returns false if it is not parked. */
  async resume(uid: string): Promise<boolean> {
    const rows = await this.sql.query(resumeRun, [uid]);
    return rows.length === 1;
  }

  /** Lets those of these runs go on that are parked. Returns how many. */
  async resumeAll(uids: readonly string[]): Promise<number> {
    return (await this.sql.query(resumeRuns, [uids])).length;
  }

  /** ms until the next sleeping run is due, or null if none is that soon. */
  async nextDue(entries: string[], withinMs: number, others: string[] = []): Promise<number | null> {
    const [row] = await this.sql.query(nextDue, [entries, withinMs, others]);
    return row?.in_ms === null || row?.in_ms === undefined ? null : Number(row.in_ms);
  }
}

const toTaken = (row: Row): TakenRun => ({
  uid: String(row.uid),
  id: String(row.id),
  workflow: String(row.workflow),
  artifact: String(row.artifact),
  mail: Number(row.mail),
  turnKey: row.turn_key === null ? null : String(row.turn_key),
  losses: Number(row.losses),
  parent: row.parent === null ? null : String(row.parent),
  nowMs: Number(row.now_ms),
});


function toRun(row: Row): StoredRun {
  const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  const ms = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
  return {
    uid: String(row.uid),
    id: String(row.id),
    workflow: String(row.workflow),
    entry: String(row.entry),
    artifact: String(row.artifact),
    argsHash: String(row.args_hash),
    status: row.status as RunStatus,
    outcome: text(row.outcome),
    reason: text(row.reason),
    mail: Number(row.mail),
    worker: text(row.worker),
    wakeMs: ms(row.wake_ms),
    createdMs: Number(row.created_ms),
    finishedMs: ms(row.finished_ms),
    inDoubt: row.in_doubt === true,
    token: row.token === null ? null : (JSON.parse(String(row.token)) as StoredRun['token']),
    unserved: text(row.unserved),
    priority: Number(row.priority),
    startMs: ms(row.start_ms),
    turnKey: text(row.turn_key),
    tags: row.tags === null ? {} : (JSON.parse(String(row.tags)) as Record<string, string>),
    replacedBy: text(row.replaced_by),
    parent: text(row.parent),
    seq: ms(row.seq),
    cursor: null,
  };
}

const REMARKABLE = new Set<RunStatus>(['pending', 'parked', 'failed', 'cancelled', 'terminated']);

/** The statement that has the fewest rows to look at. */
function listStatement({ status = [], id, tags = {} }: RunFilter): Statement {
  const statuses = [status].flat();
  if (id !== undefined) return listRunsOfId;
  if (Object.keys(tags).length > 0) return listTaggedRuns;
  if (statuses.length === 0) return listRuns;
  if (statuses.every((one) => REMARKABLE.has(one))) return listRemarkableRuns;
  return statuses.every((one) => one === 'running') ? listOpenRuns : listRuns;
}

