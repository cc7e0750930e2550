/** `queries/send-message.ts` in memory. */
import { sendMessage, sendOnce, sendToUid } from '../queries/send-message.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import { channelKey, isOpen, type RunRow, type Tables } from './tables.ts';

export function send(tables: Tables, run: RunRow | undefined, entry: string, begins: boolean): Row[] {
  return run && isOpen(run) ? put(tables, run, entry, begins) : [];
}

export function put({ runs, inbox, now }: Tables, run: RunRow, entry: string, begins: boolean): Row[] {
  checkJson(entry);
  const status = run.status === 'pending' && begins ? 'running' : run.status;
  const wakeAt = status === 'running' ? Math.min(run.wakeAt ?? Number.POSITIVE_INFINITY, now()) : run.wakeAt;
  runs.change(run, { mail: run.mail + 1, wakeAt, status });
  inbox.of(run.uid).insert(run.mail, entry);
  return [{ uid: run.uid, n: run.mail }];
}

/** Puts something with a key into the inbox, once. */
export function putOnce(tables: Tables, uid: string, entry: string, keys: { has(): boolean; add(): void }): Row[] {
  const run = tables.runs.byUid.get(uid);
  if (!run) return [];
  if (keys.has() || !isOpen(run)) return [{ n: null, known: keys.has() }];
  const [row] = send(tables, run, entry, false);
  keys.add();
  return [{ n: row!.n, known: true }];
}

export const sending: Implementation[] = [
  on(sendMessage, (tables, id: string, entry: string, begins: boolean) => send(tables, tables.runs.byId.get(id), entry, begins)),
  on(sendToUid, (tables, uid: string, entry: string, begins: boolean) => send(tables, tables.runs.byUid.get(uid), entry, begins)),

  on(sendOnce, (tables, uid: string, entry: string, channel: string, key: string) => {
    const sent = tables.sent.of(uid);
    const name = channelKey(channel, key);
    return putOnce(tables, uid, entry, { has: () => sent.has(name), add: () => sent.add(name) });
  }),
];
