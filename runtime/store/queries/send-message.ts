/**
 * Sends to a run: takes the next number of its inbox and wakes it, in one statement, so that a release that has
 * not seen the number does not happen. A parked run takes it too, and sleeps on.
 */
import type { Statement } from '../sql.ts';

/** Values: run id, entry. Nothing is returned if the run has ended or does not exist. */
export const sendMessage: Statement = {
  name: 'perdure_send_message',
  text: `
    WITH run AS (
      UPDATE perdure.runs SET mail = mail + 1, wake_at = CASE status WHEN 'running' THEN least(wake_at, now()) END
      WHERE id = $1 AND status IN ('running', 'parked')
      RETURNING uid, mail
    )
    INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $2::json FROM run
    RETURNING uid, n`,
};

/** The same by uid: results that come too late for the worker that waited for them. */
export const sendToUid: Statement = {
  name: 'perdure_send_to_uid',
  text: `
    WITH run AS (
      UPDATE perdure.runs SET mail = mail + 1, wake_at = CASE status WHEN 'running' THEN least(wake_at, now()) END
      WHERE uid = $1 AND status IN ('running', 'parked')
      RETURNING uid, mail
    )
    INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $2::json FROM run
    RETURNING uid, n`,
};
