/**
 * Sends to a run from inside a transaction of the app: the last statement before its COMMIT.
 */
import type { Statement } from '../sql.ts';

/**
 * Values: uid, worker, entry. No row: the worker does not hold the run. From here to the COMMIT nobody else can take it;
 * a process that stops in between is not waited for long.
 */
export const sendHeld: Statement = {
  name: 'perdure_send_held',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $2 AND status = 'running' FOR UPDATE
    ), sent AS (
      UPDATE perdure.runs r SET mail = mail + 1, wake_at = least(wake_at, now()) FROM run WHERE r.uid = run.uid
      RETURNING r.uid, r.mail
    )
    INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $3::json FROM sent
    RETURNING n, pg_current_xact_id()::text AS transaction, set_config('idle_in_transaction_session_timeout', '10s', true)`,
};

/**
 * What has become of a transaction whose COMMIT was not answered. Values: its number. A number that is still to come is that of
 * a transaction that a failover has lost.
 */
export const transactionStatus: Statement = {
  name: 'perdure_transaction_status',
  text: `
    SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status($1::xid8) ELSE 'aborted' END AS status`,
};

/**
 * Is the result of a request there: in the inbox, or taken in? A number alone proves nothing after a crash of the server, which has
 * lost the transaction and given its number to another. Values: uid, request as text.
 */
export const resultStored: Statement = {
  name: 'perdure_result_stored',
  text: `
    SELECT EXISTS (SELECT FROM perdure.inbox WHERE uid = $1 AND entry ->> 'result' = $2::text)
        OR EXISTS (
          -- the text tells which causes have to be read; what it looks like may also be somebody's argument
          SELECT FROM perdure.log l, json_array_elements(CASE json_typeof(l.cause) WHEN 'array' THEN l.cause ELSE json_build_array(l.cause) END) a
          WHERE l.uid = $1 AND l.cause::text LIKE '%{"result":' || $2::text || ',"value":%'
            AND a ->> 'result' = $2::text
        ) AS stored`,
};
