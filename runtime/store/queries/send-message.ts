/**
 * Sends to a run: takes the next number of its inbox and wakes it, in one statement, so that a release that has
 * not seen the number does not happen. A parked run takes it too, and sleeps on.
 */
import type { Statement } from '../sql.ts';
import { OPEN } from './open-runs.ts';
import { hasId } from './run-id.ts';

/** A run is woken; a parked one is not, nor one that has not begun: it is not due before its time. */
export const WAKE_AT = `CASE status WHEN 'running' THEN least(wake_at, now()) ELSE wake_at END`;

/** One that has not begun may begin because of it, whatever it has waited for. */
const send = (name: string, which: string): Statement => ({
  name,
  text: `
    WITH run AS (
      UPDATE perdure.runs r
      SET mail = mail + 1,
          status = CASE WHEN status = 'pending' AND $3::boolean THEN 'running' ELSE status END,
          wake_at = CASE WHEN status = 'running' OR (status = 'pending' AND $3::boolean) THEN least(wake_at, now()) ELSE wake_at END
      WHERE ${which} AND status IN ${OPEN}
      RETURNING uid, mail
    )
    INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $2::json FROM run
    RETURNING uid, n`,
});

/** Values: run id, entry, whether a pending run begins. Nothing is returned if the run has ended or does not exist. */
export const sendMessage = send('perdure_send_message', hasId('r', '$1::text'));

/** The same by uid: from handles, and results that come too late for the worker that waited for them. */
export const sendToUid = send('perdure_send_to_uid', 'r.uid = $1');

/**
 * Puts something with a key into the inbox, once: to a run that has the key, nothing is sent. The run is locked before the key is
 * looked for, so that no key is kept of what a run that has just ended does not take.
 *
 * Values: uid, entry, channel, key. A row if there is the run: `n` if the entry was put in, `known` if one with
 * this key was before.
 */
export const putOnce = (name: string, keys: 'sent' | 'asks'): Statement => ({
  name,
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid, status IN ${OPEN} AS takes FROM perdure.runs WHERE uid = $1 FOR UPDATE
    ), fresh AS (
      INSERT INTO perdure.${keys} (uid, channel, key) SELECT uid, $3, $4 FROM run WHERE takes
      ON CONFLICT DO NOTHING RETURNING uid
    ), woken AS (
      UPDATE perdure.runs r SET mail = mail + 1, wake_at = ${WAKE_AT} FROM fresh WHERE r.uid = fresh.uid RETURNING r.uid, r.mail
    ), put AS (
      INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $2::json FROM woken RETURNING n
    )
    SELECT (SELECT n FROM put) AS n,
           takes OR EXISTS (SELECT FROM perdure.${keys} k WHERE k.uid = run.uid AND k.channel = $3 AND k.key = $4) AS known
    FROM run`,
});

/** A message with a key. */
export const sendOnce = putOnce('perdure_send_once', 'sent');
