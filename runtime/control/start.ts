/**
 * Starting runs: once per id, at a time, in turn, with messages. Each start is one statement; what it finds there instead
 * is decided here.
 */
import { digest, firstHash } from '../chain.ts';
import { writeDocument, type Json } from '../codec/format.ts';
import { entryOf, sendMessage, type Message } from '../control.ts';
import { writeCause } from '../engine/arrival.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import type { Admission, AdmittedRun, Begun, FoundRun, NewRun as NewRow, PlainRun, StoredRun } from '../store/runs.ts';
import { StoreError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import { writeEntry } from '../engine/inbox.ts';

/**
 * What becomes of a start whose id is taken. `return`: it finds the run that is there, if workflow and arguments are the
 * same. `fail`: it is refused. `replace-finished`: a run that is over gives up the id that was chosen for it; else as `return`.
 */
export type OnConflict = 'return' | 'fail' | 'replace-finished';

export interface NewRun extends Partial<Omit<Admission, 'messages' | 'debounce' | 'deadlineMs'>> {
  /** Default: its uid. */
  id?: string;
  /** A document of an array. */
  args: Json;
  messages?: Message[];
  /** Starts with one key that follow each other within `waitMs` are one; it begins at most `maxMs` after the first. */
  debounce?: { key: string; waitMs: number; maxMs: number | null };
  /** When it is cancelled: a moment, in ms since 1970, or so much time after it was to begin. */
  deadline?: { atMs: number } | { afterMs: number };
}

export interface Workflow {
  /** `module#name`. */
  workflow: string;
  program: { entry: string; hash: string };
}

export interface Started {
  id: string;
  uid: string;
  /** It was started now; else it was there. */
  started: boolean;
  /** It had begun here before it was stored, and so is in good hands. */
  begun: boolean;
}

/** A run that has begun and is to be stored. */
export interface Newcomer {
  readonly begun: Begun;
  /** Has to be told what came of it; `unknown`: it is stored perhaps. */
  settle(as: 'stored' | 'refused' | 'unknown'): void;
}

/** Begins a run before it is stored; null: it is left to be claimed. */
export type Begin = (run: NewRow) => Promise<Newcomer | null> | null;

export interface StartManner {
  onConflict?: OnConflict;
  /** Is asked if the run can begin at once. Default: nobody. */
  begin?: Begin;
}

/** How often a start looks again at what is changing under it. */
const ATTEMPTS = 20;
/** Runs per statement. */
const BATCH = 1000;

/** Starts a run, or finds the one that has its id. Throws `run_exists`. */
export async function startRun(store: Store, of: Workflow, run: NewRun, manner: StartManner = {}): Promise<Started> {
  const { onConflict = 'return', begin } = manner;
  const clock = await clockFor(store, [run]);
  const row = { ...rowOf(of, run, clock), ...programOf(of) };
  const id = run.id ?? row.uid;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const pending = await restartDebounced(store, of, run, clock);
    if (pending) return { ...pending, started: false, begun: false };
    const newcomer = attempt === 1 && begin && mayBegin(row, onConflict) ? await begin(row) : null;
    const isStarted = newcomer ? await insertBegun(store, row, newcomer) : await insert(store, of, row, onConflict === 'replace-finished');
    if (isStarted) {
      if (!newcomer) await announce(store, [run]);
      return { id, uid: row.uid, started: true, begun: newcomer !== null };
    }
    const found = await store.runs.find(id);
    if (found && !(onConflict === 'replace-finished' && givesItsIdUp(found))) {
      const conflict = conflictOf(of, row, found, onConflict);
      if (conflict) throw new PerdureError('run_exists', conflict);
      return { id, uid: found.uid, started: false, begun: false };
    }
    // It has gone, ended or begun in between; or the worker that had begun this one has.
  }
  throw new PerdureError('store_busy', `The id '${id}' is being started and replaced by others all the time; start it again.`);
}

/**
 * Starts many runs of a workflow, in few statements. Ids that are taken by something else are reported in one error, and
 * all other runs are started.
 */
export async function startRuns(store: Store, of: Workflow, runs: NewRun[], onConflict: OnConflict = 'return'): Promise<Started[]> {
  const out: Started[] = [];
  const conflicts: string[] = [];
  const clock = await clockFor(store, runs);
  for (let from = 0; from < runs.length; from += BATCH) {
    const batch = runs.slice(from, from + BATCH);
    const rows = batch.map((run) => rowOf(of, run, clock));
    const uids = await store.runs.admit(rows, programOf(of), onConflict === 'replace-finished');
    await announce(store, batch.filter((_, i) => uids.has(rows[i]!.uid)));
    const taken = rows.flatMap(({ uid, id }) => (uids.has(uid) || id === null ? [] : [id]));
    const there = new Map((taken.length > 0 ? await store.runs.findMany(taken) : []).map((run) => [run.id, run]));
    for (const row of rows) {
      const isNew = uids.has(row.uid);
      const id = row.id ?? row.uid;
      const found = there.get(id);
      const conflict = isNew ? null : found ? conflictOf(of, row, found, onConflict) : `The id '${id}' is being started by another process.`;
      if (conflict !== null) conflicts.push(conflict);
      out.push({ id, uid: isNew ? row.uid : (found?.uid ?? ''), started: isNew, begun: false });
    }
  }
  if (conflicts.length === 0) return out;
  const more = conflicts.length > 10 ? `\n  and ${conflicts.length - 10} more` : '';
  throw new PerdureError('run_exists', `${conflicts.length} of ${runs.length} runs were not started:\n  ${conflicts.slice(0, 10).join('\n  ')}${more}`);
}

/**
 * Sends a message to a run, and starts the run with it if there is none. The arguments count only for a start. Returns
 * whether the message is new. Throws `run_exists` for a run of another workflow, `run_ended`.
 */
export async function sendWithStart(
  store: Store,
  of: Workflow,
  run: NewRun & { id: string },
  message: Message,
  onConflict: Exclude<OnConflict, 'fail'>,
): Promise<Started & { sent: boolean }> {
  const { id } = run;
  const row = rowOf(of, { ...run, messages: [...(run.messages ?? []), message] }, await clockFor(store, [run]));
  let replaceable: false | { uid: string } = false;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await insert(store, of, row, replaceable)) {
      await announce(store, [run]);
      return { id, uid: row.uid, started: true, begun: false, sent: true };
    }
    replaceable = false;
    const found = await store.runs.find(id);
    if (!found) continue;
    const isReplaced = onConflict === 'replace-finished' && givesItsIdUp(found);
    if (found.workflow !== of.workflow && !isReplaced) throw new PerdureError('run_exists', otherWorkflow(found));
    try {
      // A run that is over still knows its keys: what it has had is sent again by who does not know that it arrived.
      if (found.workflow === of.workflow) return { id, uid: found.uid, started: false, begun: false, sent: (await sendMessage(store, found, message)) !== null };
    } catch (error) {
      const hasEnded = error instanceof PerdureError && (error.code === 'run_ended' || error.code === 'run_missing');
      if (!hasEnded || onConflict !== 'replace-finished' || isItsUid(found)) throw error;
    }
    // This run and no other: one that has taken its place and ended meanwhile may have had the message.
    replaceable = { uid: found.uid };
  }
  throw new PerdureError('store_busy', `The id '${id}' is being started and replaced by others all the time; send it again.`);
}

// ——— One start ———

/** The database's clock, if a deadline counts from it. */
const clockFor = async (store: Store, runs: NewRun[]): Promise<number> =>
  runs.some(({ deadline }) => deadline !== undefined && 'afterMs' in deadline) ? store.clock() : 0;

function deadlineOf({ deadline, startMs, delayMs, debounce }: NewRun, clock: number): number | null {
  if (deadline === undefined) return null;
  if ('atMs' in deadline) return deadline.atMs;
  return Math.ceil((startMs ?? clock + (debounce?.waitMs ?? delayMs ?? 0)) + deadline.afterMs);
}

function rowOf({ workflow }: Workflow, run: NewRun, clock: number): AdmittedRun {
  const uid = host.orderedUuid();
  const deadlineMs = deadlineOf(run, clock);
  const cause = writeCause({ kind: 'start', workflow, args: run.args, ...(deadlineMs === null ? {} : { deadline: deadlineMs }) });
  return {
    uid,
    id: run.id ?? null,
    argsHash: digest(writeDocument(run.args)),
    hash: firstHash(uid, cause),
    cause,
    priority: run.priority ?? 0,
    startMs: run.startMs ?? null,
    delayMs: run.debounce?.waitMs ?? run.delayMs ?? null,
    turn: run.turn ?? null,
    deadlineMs,
    debounce: run.debounce?.key ?? null,
    tags: run.tags ?? {},
    messages: firstOfEachKey(run.messages ?? []).map((message) => ({
      channel: message.channel,
      key: message.key,
      entry: writeEntry(entryOf(message)),
    })),
  };
}

/** Of messages with one key the first counts. */
function firstOfEachKey(messages: Message[]): Message[] {
  const name = ({ channel, key }: Message): string => JSON.stringify([channel, key]);
  return messages.filter((message, i) => message.key === undefined || messages.findIndex((other) => name(other) === name(message)) === i);
}

const programOf = ({ workflow, program: { entry, hash } }: Workflow) => ({ workflow, entry, artifact: hash });

async function insert(store: Store, of: Workflow, row: AdmittedRun, replaceFinished: boolean | { uid: string }): Promise<boolean> {
  if (isPlain(row) && replaceFinished === false) return store.runs.start({ ...row, ...programOf(of) });
  return (await store.runs.admit([row], programOf(of), replaceFinished)).size === 1;
}

const mayBegin = (row: AdmittedRun, onConflict: OnConflict): boolean => isPlain(row) && onConflict !== 'replace-finished';

async function insertBegun(store: Store, row: PlainRun, { begun, settle }: Newcomer): Promise<boolean> {
  try {
    const isStored = await store.runs.start(row, begun);
    settle(isStored ? 'stored' : 'refused');
    return isStored;
  } catch (error) {
    const isRefused = error instanceof StoreError && error.kind === 'refused';
    settle(isRefused ? 'refused' : 'unknown');
    if (isRefused) return false; // without its first cycle it may be another matter
    throw error;
  }
}

/** It waits for nothing, and brings nothing along: most starts by far, and the statement for them is cheaper. */
const isPlain = ({ startMs, delayMs, turn, debounce, messages }: Admission): boolean =>
  startMs === null && delayMs === null && !turn && debounce === null && messages.length === 0;

async function announce(store: Store, runs: NewRun[]): Promise<void> {
  // In a transaction of the app, others would wait for its end; a worker's look finds the runs after it.
  if (store.sql.kind === 'client') return;
  const keys = new Set(runs.flatMap(({ turn }) => (turn ? [turn.key] : [])));
  if (keys.size > 0) await store.runs.giveTurns([...keys]);
  if (runs.length > 0) store.sql.announce();
}

/** The pending run of the same debounce key, with the arguments of this start. */
async function restartDebounced(store: Store, of: Workflow, run: NewRun, clock: number): Promise<{ id: string; uid: string } | null> {
  if (!run.debounce) return null;
  const { key, waitMs, maxMs } = run.debounce;
  const pending = await store.runs.debounced(of.workflow, key);
  if (!pending) return null;
  const { argsHash, cause, deadlineMs } = rowOf(of, run, clock);
  const { entry, artifact } = programOf(of);
  const row = { uid: pending.uid, entry, artifact, argsHash, cause, hash: firstHash(pending.uid, cause) };
  return (await store.runs.restart(row, waitMs, maxMs, deadlineMs)) ? pending : null;
}

// ——— Ids that are taken ———

/** Nobody has chosen its id: it keeps it, for it has no other name. */
const isItsUid = ({ id, uid }: FoundRun): boolean => id === uid;

const givesItsIdUp = (run: StoredRun): boolean => run.finishedMs !== null && !isItsUid(run);

/** Why a start may not have this run for its own; null if it may. */
function conflictOf({ workflow }: Workflow, { argsHash }: AdmittedRun, found: FoundRun, onConflict: OnConflict): string | null {
  const { id } = found;
  if (onConflict === 'fail') return `The id '${id}' is taken by a run of ${found.workflow}.`;
  if (found.workflow !== workflow) return otherWorkflow(found);
  if (found.argsHash !== argsHash.toString('hex')) return `The id '${id}' is taken by a run of ${workflow} with other arguments.`;
  return null;
}

const otherWorkflow = ({ id, workflow }: FoundRun): string => `The id '${id}' is taken by a run of another workflow, ${workflow}.`;
