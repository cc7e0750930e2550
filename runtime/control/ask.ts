/**
 * Asking runs and waiting for their answers. A question is a message with a key; whoever asks again with the same key, after a
 * crash for example, has asked once, and gets the same answer.
 */
import type { OutcomeDocument } from '../codec/outcome.ts';
import type { Json } from '../codec/format.ts';
import { findRun, hasEnded, type RunName } from '../control.ts';
import { writeEntry } from '../engine/inbox.ts';
import { checkKey } from '../engine/key.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { nothingIfAway } from '../store/errors.ts';
import type { Store } from '../store/store.ts';

export interface QuestionTo {
  channel: string;
  value: Json;
  key: string;
}

export interface Patience {
  /** How long the answer is waited for; null: until the run ends. */
  timeoutMs: number | null;
  /** The question is in the inbox. */
  asked(): void;
  /** Resolves when the run may have answered, at the latest after so many ms. Throws if nobody waits any more. */
  news(uid: string, afterMs: number): Promise<void>;
  /** The run is parked: throws why. */
  parked(id: string, reason: string | null): never;
}

const POLL_MIN_MS = 5;
const POLL_MAX_MS = 500;

/**
 * Throws `run_missing`, `run_ended`, `no_reply`, `ask_timeout`; and what the store throws, until the question is there: from then on
 * a store that cannot be reached is waited for.
 */
export async function askRun(store: Store, to: RunName, { channel, value, key }: QuestionTo, patience: Patience): Promise<OutcomeDocument> {
  checkKey(key, 'The key of a question');
  const from = host.monotonic();
  const { uid, id } = await findRun(store, to);
  const asked = await store.asks.ask(uid, writeEntry({ kind: 'message', channel, value, key, ask: true }), channel, key);
  if (asked === null) throw hasEnded(id);
  if (asked !== 'known') {
    store.sql.announce();
    patience.asked();
  }
  for (let pollMs = POLL_MIN_MS; ; pollMs = Math.min(pollMs * 1.5, POLL_MAX_MS)) {
    const leftMs = patience.timeoutMs === null ? Number.POSITIVE_INFINITY : from + patience.timeoutMs - host.monotonic();
    // Told first, asked later: an answer that comes in between is heard of.
    const news = patience.news(uid, Math.min(pollMs, Math.max(0, leftMs)));
    news.catch(() => {}); // heard of below
    const known = await store.asks.reply(uid, channel, key).then((reply) => reply ?? 'gone', nothingIfAway);
    if (known === 'gone') throw new PerdureError('run_missing', `There is no run '${id}' any more.`);
    if (known?.reply) return JSON.parse(known.reply) as OutcomeDocument;
    if (known?.status === 'parked') patience.parked(id, known.reason);
    if (known && !['pending', 'running'].includes(known.status)) {
      throw new PerdureError('no_reply', `The run '${id}' is ${known.status}, and has not answered the question '${key}' in ${channel}.`);
    }
    if (leftMs <= 0) {
      throw new PerdureError('ask_timeout', `The run '${id}' has not answered within ${patience.timeoutMs} ms. Who asks again with the key '${key}' goes on waiting.`);
    }
    await news;
  }
}
