/** `queries/send-message.ts` in memory. */
import { sendMessage, sendToUid } from '../queries/send-message.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

function send({ runs, inbox, now }: Tables, run: RunRow | undefined, entry: string): Row[] {
  if (!run || (run.status !== 'running' && run.status !== 'parked')) return [];
  checkJson(entry);
  const wakeAt = run.status === 'running' ? Math.min(run.wakeAt ?? Number.POSITIVE_INFINITY, now()) : null;
  runs.change(run, { mail: run.mail + 1, wakeAt });
  inbox.of(run.uid).insert(run.mail, entry);
  return [{ uid: run.uid, n: run.mail }];
}

export const sending: Implementation[] = [
  on(sendMessage, (tables, id: string, entry: string) => send(tables, tables.runs.byId.get(id), entry)),
  on(sendToUid, (tables, uid: string, entry: string) => send(tables, tables.runs.byUid.get(uid), entry)),
];
