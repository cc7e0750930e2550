/**
 * Inbox entries: what is sent to a run from outside.
 */
import type { Json } from '../codec/format.ts';
import { text as textIn } from '../codec/parts.ts';
import { readCause, writeCause, type Arrival } from './arrival.ts';
import { CorruptState } from '../errors.ts';

export type InboxEntry =
  /** With `ask`, its sender waits for an answer to the question of this key. */
  | { kind: 'message'; channel: string; value: Json; key?: string; ask?: true }
  | { kind: 'result'; request: number; value: Json }
  | { kind: 'failure'; request: number; error: Json }
  /** An effect has stopped because it was told to. */
  | { kind: 'aborted'; request: number; begun: boolean }
  | { kind: 'cancel'; reason?: string; graceMs: number }
  /** A child has been started, has ended, has been told to stop. */
  | { kind: 'started'; request: number; id: string; uid: string }
  | { kind: 'ended'; request: number; id: string; uid: string; outcome: { ok: Json } | { error: Json } }
  | { kind: 'told'; request: number }
  /** `attempt` is the one in doubt: a second decision about the same doubt changes nothing. */
  | { kind: 'retry'; request: number; attempt: number };

/** Its number is its place in the inbox. */
export const writeEntry = (entry: InboxEntry): string => writeCause(entry as Arrival);

/** An entry as an arrival. Throws CorruptState for what is none. */
export function parseEntry(n: number, text: string): Arrival {
  const path = `inbox.${n}`;
  const entry = readCause(text, path) as InboxEntry;
  switch (entry.kind) {
    case 'message':
      if (entry.ask !== undefined && (entry.ask !== true || typeof entry.key !== 'string')) throw new CorruptState(path, 'the key of a question was expected');
      return { ...entry, mail: n };
    case 'result':
    case 'failure':
    case 'aborted':
    case 'started':
    case 'ended':
    case 'told':
    case 'retry':
      if (!Number.isInteger(entry.request)) throw new CorruptState(path, 'the number of a request was expected');
      if (entry.kind === 'retry' && !Number.isInteger(entry.attempt)) throw new CorruptState(path, 'the number of an attempt was expected');
      if (entry.kind === 'ended' && (typeof entry.outcome !== 'object' || entry.outcome === null)) throw new CorruptState(path, 'an outcome was expected');
      return { ...entry, mail: n };
    case 'cancel':
      if (typeof entry.graceMs !== 'number' || !(entry.graceMs >= 0)) throw new CorruptState(path, 'a number of ms was expected');
      return { ...entry, ...(entry.reason === undefined ? {} : { reason: textIn(entry.reason, path) }), mail: n };
    default:
      throw new CorruptState(path, 'unknown kind of entry');
  }
}
