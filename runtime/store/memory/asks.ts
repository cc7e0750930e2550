/** `queries/asks.ts` in memory. */
import { askOnce, readReply } from '../queries/asks.ts';
import { on, type Implementation } from './implementation.ts';
import { send } from './send-message.ts';
import { askKey, isOpen } from './tables.ts';

export const asking: Implementation[] = [
  on(askOnce, (tables, uid: string, entry: string, channel: string, key: string) => {
    const run = tables.runs.byUid.get(uid);
    if (!run) return [];
    const asks = tables.asks.of(uid);
    const known = asks.has(askKey(channel, key));
    if (known || !isOpen(run)) return [{ n: null, known }];
    const [row] = send(tables, run, entry, false);
    asks.set(askKey(channel, key), null);
    return [{ n: row!.n, known: true }];
  }),

  on(readReply, ({ runs, asks }, uid: string, channel: string, key: string) => {
    const run = runs.byUid.get(uid);
    return run ? [{ reply: asks.of(uid).get(askKey(channel, key)) ?? null, status: run.status, reason: run.reason }] : [];
  }),
];
