/**
 * Questions to runs. One is put into the inbox as a message is, once for each key; the answer is written by the very
 * statement that commits the cycle in which the run gives it (`commit-cycles.ts`).
 */
import type { Statement } from '../sql.ts';
import { OPEN } from './open-runs.ts';
import { WAKE_AT } from './send-message.ts';

/**
 * The run is locked before the key is looked for, as in `sendOnce`. Values: uid, entry, channel, key. A row if there is the
 * run: `n` if the question was put in, `known` if one with this key was before.
 */
export const askOnce: Statement = {
  name: 'perdure_ask_once',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid, status IN ${OPEN} AS takes FROM perdure.runs WHERE uid = $1 FOR UPDATE
    ), fresh AS (
      INSERT INTO perdure.asks (uid, channel, key) SELECT uid, $3, $4 FROM run WHERE takes
      ON CONFLICT DO NOTHING RETURNING uid
    ), woken AS (
      UPDATE perdure.runs r SET mail = mail + 1, wake_at = ${WAKE_AT} FROM fresh WHERE r.uid = fresh.uid RETURNING r.uid, r.mail
    ), put AS (
      INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $2::json FROM woken RETURNING n
    )
    SELECT (SELECT n FROM put) AS n,
           takes OR EXISTS (SELECT FROM perdure.asks a WHERE a.uid = run.uid AND a.channel = $3 AND a.key = $4) AS known
    FROM run`,
};

/** Values: uid, channel, key. No row: there is no such run. */
export const readReply: Statement = {
  name: 'perdure_read_reply',
  text: `
    SELECT a.reply::text AS reply, r.status, r.reason::text AS reason
    FROM perdure.runs r LEFT JOIN perdure.asks a ON a.uid = r.uid AND a.channel = $2 AND a.key = $3
    WHERE r.uid = $1`,
};
