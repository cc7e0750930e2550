/**
 * What apps and people do to runs, through a store: start, send, cancel, terminate, decide about a doubt, resume. Shared by
 * the client and the command; values are documents already.
 */
import { createHash } from 'node:crypto';
import { firstHash, nextHash } from './codec/chain.ts';
import { writeDocument, type Json } from './codec/format.ts';
import { errorDocument } from './codec/outcome.ts';
import { inspectRun } from './engine/inspect.ts';
import { checkKey } from './engine/key.ts';
import { PerdureError } from './errors.ts';
import { host } from './host.ts';
import type { StoredRun } from './store/runs.ts';
import type { Store } from './store/store.ts';
import { writeEntry, type InboxEntry } from './worker/inbox.ts';

export interface NewRun {
  id: string;
  /** `module#name`. */
  workflow: string;
  program: { entry: string; hash: string };
  /** A document of an array. */
  args: Json;
  /** The worker that holds it from its start. Default: none. */
  worker?: string | null;
}

export interface Started {
  uid: string;
  started: boolean;
  /** The first entry of its log, if the worker that was named holds it. */
  held: { hash: Buffer; cause: string } | null;
}

const NO_NAMES = { nameOf: () => undefined, symbols: false, reflective: false };

/** A run by its id. Throws `run_missing`. */
export async function findRun(store: Store, id: string): Promise<StoredRun> {
  const run = await store.runs.find(id);
  if (!run) throw new PerdureError('run_missing', `There is no run '${id}'.`);
  return run;
}

/**
 * Starts a run, or finds the one that was started with this id before. Throws `run_exists` if that one has another
 * workflow or other arguments.
 */
export async function startRun(store: Store, { id, workflow, program, args, worker = null }: NewRun): Promise<Started> {
  const uid = host.uuid();
  const cause = writeDocument({ kind: 'start', workflow, args });
  const argsHash = createHash('sha256').update(writeDocument(args)).digest();
  const { entry, hash: artifact } = program;
  const hash = firstHash(uid, cause);
  const started = await store.runs.start({ uid, id, workflow, entry, artifact, argsHash, hash, cause, worker });
  if (started) {
    if (!started.held) store.sql.announce();
    return { uid, started: true, held: started.held ? { hash, cause } : null };
  }
  const run = await findRun(store, id);
  if (run.workflow !== workflow) {
    throw new PerdureError('run_exists', `The id '${id}' is taken by a run of another workflow, ${run.workflow}.`);
  }
  if (run.argsHash !== argsHash.toString('hex')) {
    throw new PerdureError('run_exists', `The id '${id}' is taken by a run of ${workflow} with other arguments.`);
  }
  return { uid: run.uid, started: false, held: null };
}

export interface Message {
  channel: string;
  value: Json;
  /** The same key in the same channel of a run is the same message: it is put there once. */
  key?: string | undefined;
}

/**
 * Sends a message into a channel; a parked run finds it when it goes on. Returns its number in the inbox, or null if it
 * was sent before. Throws `run_missing` and `run_ended`.
 */
export async function sendMessage(store: Store, id: string, message: Message): Promise<number | null> {
  const entry = entryOf(message);
  if (message.key === undefined) return deliver(store, id, entry);
  const number = await store.inbox.sendOnce(id, writeEntry(entry), message.channel, message.key);
  if (number === 'known') return null;
  return delivered(store, id, number);
}

function entryOf({ channel, value, key }: Message): InboxEntry {
  if (key !== undefined) checkKey(key, 'The key of a message');
  return { kind: 'message', channel, value, ...(key === undefined ? {} : { key }) };
}

/** How long the effects of a cancelled run have to end. */
export const CANCEL_WAIT = '10 seconds';

/** Asks a run to stop; its effects get so many ms to end. Throws `run_missing` and `run_ended`. */
export function cancelRun(store: Store, id: string, { reason, graceMs }: { reason: string | undefined; graceMs: number }): Promise<number> {
  return deliver(store, id, { kind: 'cancel', ...(reason === undefined ? {} : { reason }), graceMs });
}

/**
 * Ends a run at once: nothing of it runs any more, its effects are aborted, and what they return is dropped. Throws
 * `run_missing` and `run_ended`.
 */
export async function terminateRun(store: Store, id: string, reason: string | undefined): Promise<void> {
  const cause = writeDocument({ kind: 'terminate', ...(reason === undefined ? {} : { reason }) });
  const delta = writeDocument({ over: 'terminated' });
  const error = new PerdureError('run_terminated', `The run '${id}' was terminated${reason === undefined ? '' : `: ${reason}`}`);
  error.stack = String(error); // nothing of the run has thrown it
  const outcome = writeDocument({ error: errorDocument(error, NO_NAMES) });
  for (;;) {
    const run = await findRun(store, id);
    if (run.finishedMs !== null) throw hasEnded(id);
    // A worker may commit a cycle meanwhile; then this comes after that one.
    const { seq, hash: prev } = await store.log.last(run.uid);
    const hash = nextHash(prev, cause, delta);
    if (await store.log.terminate({ uid: run.uid, seq: seq + 1, prev, hash, cause, delta, outcome })) break;
  }
  store.sql.announce();
}

/** Throws `run_missing` and `run_ended`. */
async function deliver(store: Store, id: string, entry: InboxEntry): Promise<number> {
  return delivered(store, id, await store.inbox.send(id, writeEntry(entry)));
}

async function delivered(store: Store, id: string, number: number | null): Promise<number> {
  if (number === null) {
    await findRun(store, id);
    throw hasEnded(id);
  }
  store.sql.announce();
  return number;
}

const hasEnded = (id: string): PerdureError => new PerdureError('run_ended', `The run '${id}' has ended and takes nothing any more.`);

export type Decision = { retry: true } | { result: Json } | { error: Json };

/**
 * Decides what becomes of an effect in doubt: its number, or its name if only one such is. Throws `not_in_doubt` and
 * `run_ended`.
 */
export async function decide(
  store: Store,
  run: StoredRun,
  effect: number | string,
  decision: Decision,
): Promise<{ number: number; name: string }> {
  const { number: request, name, attempt } = await requestInDoubt(store, run, effect);
  await deliver(
    store,
    run.id,
    'retry' in decision
      ? { kind: 'retry', request, attempt }
      : 'result' in decision
        ? { kind: 'result', request, value: decision.result }
        : { kind: 'failure', request, error: decision.error },
  );
  return { number: request, name };
}

interface Doubtful {
  number: number;
  name: string;
  /** The attempt of which nobody knows whether it has happened. */
  attempt: number;
}

async function requestInDoubt(store: Store, run: StoredRun, effect: number | string): Promise<Doubtful> {
  const wrong = (message: string): never => {
    throw new PerdureError('not_in_doubt', message);
  };
  const { requests } = await inspectRun(store, run);
  const inDoubt: Doubtful[] = requests
    .filter((request) => request.inDoubt)
    .map(({ number, name, attempts }) => ({ number, name: name.slice(name.lastIndexOf('#') + 1), attempt: attempts }));
  if (inDoubt.length === 0) wrong(`No effect of '${run.id}' is in doubt.`);
  const known = `In doubt: ${inDoubt.map(({ name, number }) => `${name} #${number}`).join(', ')}.`;
  const meant = inDoubt.filter(({ number, name }) => String(number) === String(effect).replace(/^#/, '') || name === effect);
  if (meant.length === 0) wrong(`The effect '${effect}' of '${run.id}' is not in doubt. ${known}`);
  if (meant.length > 1) wrong(`Several effects '${effect}' of '${run.id}' are in doubt; give the number. ${known}`);
  return meant[0]!;
}

/** Lets a parked run go on from its last checkpoint. Throws `run_missing` and `not_parked`. */
export async function resumeRun(store: Store, id: string): Promise<void> {
  const run = await findRun(store, id);
  if (!(await store.runs.resume(run.uid))) throw new PerdureError('not_parked', `The run '${id}' is not parked: it is ${run.status}.`);
  store.sql.announce();
}
