/** `queries/send-message.ts` in memory. */
import { sendMessage, sendOnce, sendToUid } from '../queries/send-message.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

const takes = (run: RunRow): boolean => run.status === 'running' || run.status === 'parked';

function send({ runs, inbox, now }: Tables, run: RunRow | undefined, entry: string): Row[] {
  if (!run || !takes(run)) return [];
  checkJson(entry);
  const wakeAt = run.status === 'running' ? Math.min(run.wakeAt ?? Number.POSITIVE_INFINITY, now()) : run.wakeAt;
  runs.change(run, { mail: run.mail + 1, wakeAt });
  inbox.of(run.uid).insert(run.mail, entry);
  return [{ uid: run.uid, n: run.mail }];
}

export const sending: Implementation[] = [
  on(sendMessage, (tables, id: string, entry: string) => send(tables, tables.runs.byId.get(id), entry)),
  on(sendToUid, (tables, uid: string, entry: string) => send(tables, tables.runs.byUid.get(uid), entry)),

  on(sendOnce, (tables, id: string, entry: string, channel: string, key: string) => {
    const run = tables.runs.byId.get(id);
    if (!run) return [];
    const keys = tables.sent.of(run.uid);
    const name = JSON.stringify([channel, key]);
    if (keys.has(name) || !takes(run)) return [{ n: null, known: keys.has(name) }];
    const [row] = send(tables, run, entry);
    keys.add(name);
    return [{ n: row!.n, known: true }];
  }),
];
