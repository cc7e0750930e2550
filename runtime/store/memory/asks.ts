/** `queries/asks.ts` in memory. */
import { askOnce, readReply } from '../queries/asks.ts';
import { on, type Implementation } from './implementation.ts';
import { putOnce } from './send-message.ts';
import { channelKey } from './tables.ts';

export const asking: Implementation[] = [
  on(askOnce, (tables, uid: string, entry: string, channel: string, key: string) => {
    const asks = tables.asks.of(uid);
    const name = channelKey(channel, key);
    return putOnce(tables, uid, entry, { has: () => asks.has(name), add: () => asks.set(name, null) });
  }),

  on(readReply, ({ runs, asks }, uid: string, channel: string, key: string) => {
    const run = runs.byUid.get(uid);
    return run ? [{ reply: asks.of(uid).get(channelKey(channel, key)) ?? null, status: run.status, reason: run.reason }] : [];
  }),
];
