/** `queries/send-message.ts` in memory. */
import { sendMessage, sendOnce, sendToUid } from '../queries/send-message.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import { isOpen, type RunRow, type Tables } from './tables.ts';

export function send({ runs, inbox, now }: Tables, run: RunRow | undefined, entry: string, begins: boolean): Row[] {
  if (!run || !isOpen(run)) return [];
  checkJson(entry);
  const status = run.status === 'pending' && begins ? 'running' : run.status;
  const wakeAt = status === 'running' ? Math.min(run.wakeAt ?? Number.POSITIVE_INFINITY, now()) : run.wakeAt;
  runs.change(run, { mail: run.mail + 1, wakeAt, status });
  inbox.of(run.uid).insert(run.mail, entry);
  return [{ uid: run.uid, n: run.mail }];
}

export const sending: Implementation[] = [
  on(sendMessage, (tables, id: string, entry: string, begins: boolean) => send(tables, tables.runs.byId.get(id), entry, begins)),
  on(sendToUid, (tables, uid: string, entry: string, begins: boolean) => send(tables, tables.runs.byUid.get(uid), entry, begins)),

  on(sendOnce, (tables, uid: string, entry: string, channel: string, key: string) => {
    const run = tables.runs.byUid.get(uid);
    if (!run) return [];
    const keys = tables.sent.of(run.uid);
    const name = JSON.stringify([channel, key]);
    if (keys.has(name) || !isOpen(run)) return [{ n: null, known: keys.has(name) }];
    const [row] = send(tables, run, entry, false);
    keys.add(name);
    return [{ n: row!.n, known: true }];
  }),
];
