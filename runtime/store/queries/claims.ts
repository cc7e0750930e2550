/**
 * Claims of attempts at effects, and doubts about them.
 *
 * Only the worker that holds the run says anything about them: the claims of a request are gone once it is settled, so
 * one that has lost the run could claim an attempt that has been made. The run's row is locked meanwhile, so that
 * nobody takes the run in between.
 */
import type { Statement } from '../sql.ts';

/**
 * A further attempt: that doubts about those before it are decided is what it says. (Of itself and those after it this statement knows
 * nothing: it may happen long after its sender was told that the connection broke.) Values: uid, request, attempt, worker. No row: the
 * worker does not hold the run; a null: the attempt was claimed before.
 */
export const claimAttempt: Statement = {
  name: 'perdure_claim_attempt',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $4 AND status = 'running' FOR SHARE
    ), settled AS (
      UPDATE perdure.claims c SET doubt = NULL FROM run WHERE c.uid = run.uid AND c.request = $2 AND c.attempt < $3 AND c.doubt IS NOT NULL
    ), taken AS (
      -- by a program that had a limit or a queue for it
      DELETE FROM perdure.errands t USING run WHERE t.uid = run.uid AND t.request = $2
        AND CASE WHEN t.doubt THEN t.attempt < $3 ELSE t.worker IS NULL AND t.attempt <= $3 END
      RETURNING 1
    ), claimed AS (
      INSERT INTO perdure.claims (uid, request, attempt, worker)
      SELECT uid, $2::bigint, $3::int, $4 FROM run WHERE (SELECT count(*) FROM taken) >= 0
      ON CONFLICT DO NOTHING RETURNING attempt
    )
    SELECT (SELECT attempt FROM claimed) AS attempt FROM run`,
};

/**
 * An attempt has failed, and its policy allows another after a pause, which begins once. Values: uid, request, attempt,
 * worker, the error, the pause in ms. No row: the worker does not hold the run.
 */
export const recordFailure: Statement = {
  name: 'perdure_record_failure',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $4 AND status = 'running' FOR SHARE
    )
    INSERT INTO perdure.claims AS c (uid, request, attempt, worker, failure, retry_at)
    SELECT uid, $2::bigint, $3::int, $4, $5::json, clock_timestamp() + $6::double precision * interval '1 ms' FROM run
    ON CONFLICT (uid, request, attempt) DO UPDATE
    SET failure = excluded.failure, doubt = NULL, retry_at = coalesce(c.retry_at, excluded.retry_at)
    RETURNING extract(epoch FROM retry_at) * 1000 AS retry_ms`,
};

/**
 * Nobody knows whether an attempt has happened. Values: uid, request, attempt, the worker that made it, the one that
 * holds the run. No row: it does not.
 */
export const markDoubt: Statement = {
  name: 'perdure_mark_doubt',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $5 AND status = 'running' FOR SHARE
    )
    INSERT INTO perdure.claims (uid, request, attempt, worker, doubt) SELECT uid, $2::bigint, $3::int, $4::text, clock_timestamp() FROM run
    ON CONFLICT (uid, request, attempt) DO UPDATE SET doubt = coalesce(perdure.claims.doubt, clock_timestamp())
    RETURNING attempt`,
};

/**
 * What attempts tell of themselves. The last details stay when there are no newer ones. Of an attempt that is not claimed
 * beyond the log only the worker that holds the run may tell. Values: arrays of uid, request, attempt, worker, and the
 * details or null.
 */
export const recordHeartbeats: Statement = {
  name: 'perdure_record_heartbeats',
  text: `
    WITH input AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::text[], $5::text[]) AS i (uid, request, attempt, worker, heartbeat)
    ), run AS MATERIALIZED (
      -- in one order, so that two such statements never wait for each other in a circle
      SELECT r.uid, r.worker FROM perdure.runs r
      WHERE r.status = 'running' AND EXISTS (SELECT 1 FROM input i WHERE i.uid = r.uid AND i.worker = r.worker)
      ORDER BY r.uid FOR SHARE
    ), known AS MATERIALIZED (
      SELECT c.uid, c.request, c.attempt, i.heartbeat FROM input i
      JOIN perdure.claims c ON c.uid = i.uid AND c.request = i.request AND c.attempt = i.attempt
      WHERE c.worker = i.worker OR EXISTS (SELECT 1 FROM run r WHERE r.uid = i.uid AND r.worker = i.worker)
      ORDER BY c.uid, c.request, c.attempt FOR UPDATE OF c
    ), told AS (
      UPDATE perdure.claims c SET heartbeat = coalesce(k.heartbeat::json, c.heartbeat), heartbeat_at = clock_timestamp()
      FROM known k WHERE c.uid = k.uid AND c.request = k.request AND c.attempt = k.attempt
    )
    -- only where the run is held: a claim beyond that which is not there is settled, and does not come back
    INSERT INTO perdure.claims AS c (uid, request, attempt, worker, heartbeat, heartbeat_at)
    SELECT i.uid, i.request, i.attempt, i.worker, i.heartbeat::json, clock_timestamp() FROM input i JOIN run r ON r.uid = i.uid AND r.worker = i.worker
    WHERE NOT EXISTS (SELECT 1 FROM perdure.claims o WHERE o.uid = i.uid AND o.request = i.request AND o.attempt = i.attempt)
    ORDER BY i.uid, i.request
    ON CONFLICT (uid, request, attempt) DO UPDATE
    SET heartbeat = coalesce(excluded.heartbeat, c.heartbeat), heartbeat_at = excluded.heartbeat_at`,
};

/** The app's code could not decide about a doubt. Values: uid, request, attempt, the error. */
export const recordTrouble: Statement = {
  name: 'perdure_record_trouble',
  text: `UPDATE perdure.claims SET trouble = $4::json WHERE uid = $1 AND request = $2 AND attempt = $3 AND doubt IS NOT NULL`,
};

/** The app's code does not know what became of an attempt. Values: uid, request, attempt. */
export const leaveToPerson: Statement = {
  name: 'perdure_leave_to_person',
  text: `
    UPDATE perdure.claims SET to_person = true, trouble = NULL
    WHERE uid = $1 AND request = $2 AND attempt = $3 AND doubt IS NOT NULL`,
};

/** Sends a decision about a doubt, if the doubt still stands. Values: uid, request, attempt, entry. */
export const answerDoubt: Statement = {
  name: 'perdure_answer_doubt',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND status IN ('running', 'parked') FOR UPDATE
    ), doubt AS MATERIALIZED (
      SELECT c.uid FROM perdure.claims c JOIN run USING (uid) WHERE c.request = $2 AND c.attempt = $3 AND c.doubt IS NOT NULL FOR UPDATE OF c
    ), sent AS (
      UPDATE perdure.runs r SET mail = mail + 1, wake_at = CASE status WHEN 'running' THEN least(wake_at, now()) END
      FROM doubt WHERE r.uid = doubt.uid
      RETURNING r.uid, r.mail
    )
    INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $4::json FROM sent
    RETURNING n`,
};

/** The attempt of a claim has neither failed nor fallen in doubt, and is the last one: of any other nobody has a token. */
export const goesOn = (claim: string): string => `
  ${claim}.failure IS NULL AND ${claim}.doubt IS NULL AND NOT EXISTS (
    SELECT FROM perdure.claims further WHERE further.uid = ${claim}.uid AND further.request = ${claim}.request AND further.attempt > ${claim}.attempt)`;

/** What else is known of a claim, as one document: moments in ms since 1970. */
export const CLAIM_FACTS = `
    json_build_object(
      'at', extract(epoch FROM at) * 1000, 'doubt', extract(epoch FROM doubt) * 1000, 'retry', extract(epoch FROM retry_at) * 1000,
      'lost', (SELECT extract(epoch FROM f.gone_at) * 1000 FROM perdure.former_workers f WHERE f.id = perdure.claims.worker AND f.buried),
      'heartbeat', heartbeat::text, 'heartbeatAt', extract(epoch FROM heartbeat_at) * 1000, 'trouble', trouble::text, 'toPerson', to_person, 'granted', granted,
      'token', (SELECT json_build_object('until', extract(epoch FROM t.expires_at) * 1000) FROM perdure.tokens t
                WHERE t.uid = perdure.claims.uid AND t.request = perdure.claims.request AND t.attempt = perdure.claims.attempt AND t.decided_at IS NULL
                  AND ${goesOn('perdure.claims')})
    )::text`;

/** Values: uid. */
export const readClaims: Statement = {
  name: 'perdure_read_claims',
  text: `
    SELECT request, attempt, worker, failure::text AS failure, ${CLAIM_FACTS} AS facts
    FROM perdure.claims WHERE uid = $1 ORDER BY request, attempt`,
};
