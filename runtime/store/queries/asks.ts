/**
 * Questions to runs. One is put into the inbox as a message is, once for each key; the answer is written by the very
 * statement that commits the cycle in which the run gives it (`commit-cycles.ts`).
 */
import type { Statement } from '../sql.ts';
import { putOnce } from './send-message.ts';

export const askOnce = putOnce('perdure_ask_once', 'asks');

/** Values: uid, channel, key. No row: there is no such run. */
export const readReply: Statement = {
  name: 'perdure_read_reply',
  text: `
    SELECT a.reply::text AS reply, r.status, r.reason::text AS reason
    FROM perdure.runs r LEFT JOIN perdure.asks a ON a.uid = r.uid AND a.channel = $2 AND a.key = $3
    WHERE r.uid = $1`,
};
