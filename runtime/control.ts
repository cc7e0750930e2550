/**
 * What apps and people do to runs, through a store: send, cancel, terminate, decide about a doubt, resume; starts are in
 * `control/`. Shared by the client and the command; values are documents already.
 */
import type { Json } from './codec/format.ts';
import { inspectRun } from './engine/inspect.ts';
import { checkKey } from './engine/key.ts';
import { PerdureError } from './errors.ts';
import type { StoredRun } from './store/runs.ts';
import type { Store } from './store/store.ts';
import { writeEntry, type InboxEntry } from './engine/inbox.ts';

/** A run as it is known to who talks to it: a handle knows the uid, and the id for messages; others the id of the run that has it now. */
export type RunName = { uid: string; id?: string } | { id: string };

/** Throws `run_missing`. The id of a name may also be a uid: that of a run whose id another one has taken. */
export async function findRun(store: Store, name: RunName): Promise<StoredRun> {
  const run = await ('uid' in name ? store.runs.findByUid(name.uid) : store.runs.findByName(name.id));
  if (!run) throw isMissing('uid' in name ? (name.id ?? name.uid) : name.id);
  return run;
}

export const isMissing = (name: string): PerdureError => new PerdureError('run_missing', `There is no run '${name}'.`);

/** Reads what is stored of a run. What is left of one that is just being pruned makes no sense: it is missing. */
export async function reading<T>(store: Store, run: StoredRun, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof PerdureError && !(await store.runs.findByUid(run.uid))) throw isMissing(run.id);
    throw error;
  }
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
export async function sendMessage(store: Store, to: RunName, message: Message): Promise<number | null> {
  const entry = entryOf(message);
  if (message.key === undefined) return deliver(store, to, entry);
  const uid = 'uid' in to ? to.uid : (await findRun(store, to)).uid;
  const number = await store.inbox.sendOnce(uid, writeEntry(entry), message.channel, message.key);
  return number === 'known' ? null : delivered(store, to, number);
}

export function entryOf({ channel, value, key }: Message): InboxEntry {
  if (key !== undefined) checkKey(key, 'The key of a message');
  return { kind: 'message', channel, value, ...(key === undefined ? {} : { key }) };
}

/** How long the effects of a cancelled run have to end. */
export const CANCEL_WAIT_MS = 10_000;

/** Asks a run to stop; its effects get so many ms to end. Throws `run_missing` and `run_ended`. */
export function cancelRun(store: Store, run: RunName, { reason, graceMs }: { reason: string | undefined; graceMs: number }): Promise<number> {
  return deliver(store, run, { kind: 'cancel', ...(reason === undefined ? {} : { reason }), graceMs });
}

/** Throws `run_missing` and `run_ended`. */
async function deliver(store: Store, to: RunName, entry: InboxEntry): Promise<number> {
  const text = writeEntry(entry);
  // A run that waits for its moment or its turn need not wait for its end.
  const begins = entry.kind === 'cancel';
  return delivered(store, to, await ('uid' in to ? store.inbox.sendToUid(to.uid, text, begins) : store.inbox.send(to.id, text, begins)));
}

async function delivered(store: Store, to: RunName, number: number | null): Promise<number> {
  if (number === null) {
    const { id } = await findRun(store, to);
    throw hasEnded(id);
  }
  store.sql.announce();
  return number;
}

export const hasEnded = (id: string): PerdureError => new PerdureError('run_ended', `The run '${id}' has ended and takes nothing any more.`);

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
    run,
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
export async function resumeRun(store: Store, name: RunName): Promise<void> {
  const run = await findRun(store, name);
  if (!(await store.runs.resume(run.uid))) throw new PerdureError('not_parked', `The run '${run.id}' is not parked: it is ${run.status}.`);
  store.sql.announce();
}
