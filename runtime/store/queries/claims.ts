/**
 * Claims of attempts at effects, and doubts about them.
 *
 * Only the worker that holds the run says anything about them: the claims of a request are gone once it is settled, so
 * one that has lost the run could claim an attempt that has been made. The run's row is locked meanwhile, so that
 * nobody takes the run in between.
 */
import type { Statement } from '../sql.ts';

/**
 * A further attempt. Values: uid, request, attempt, worker. No row: the worker does not hold the run; a null: the attempt
 * was claimed before.
 */
export const claimAttempt: Statement = {
  name: 'perdure_claim_attempt',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $4 AND status = 'running' FOR SHARE
    ), settled AS (
      UPDATE perdure.claims c SET doubt = NULL FROM run WHERE c.uid = run.uid AND c.request = $2 AND c.doubt IS NOT NULL
    ), claimed AS (
      INSERT INTO perdure.claims (uid, request, attempt, worker) SELECT uid, $2::bigint, $3::int, $4 FROM run
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
 * holds the run.
 */
export const markDoubt: Statement = {
  name: 'perdure_mark_doubt',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $5 AND status = 'running' FOR SHARE
    )
    INSERT INTO perdure.claims (uid, request, attempt, worker, doubt) SELECT uid, $2::bigint, $3::int, $4::text, clock_timestamp() FROM run
    ON CONFLICT (uid, request, attempt) DO UPDATE SET doubt = coalesce(perdure.claims.doubt, clock_timestamp())`,
};

/** What else is known of a claim, as one document: moments in ms since 1970. */
export const CLAIM_FACTS = `
    json_build_object(
      'at', extract(epoch FROM at) * 1000, 'doubt', extract(epoch FROM doubt) * 1000, 'retry', extract(epoch FROM retry_at) * 1000
    )::text`;

/** Values: uid. */
export const readClaims: Statement = {
  name: 'perdure_read_claims',
  text: `
    SELECT request, attempt, worker, failure::text AS failure, ${CLAIM_FACTS} AS facts
    FROM perdure.claims WHERE uid = $1 ORDER BY request, attempt`,
};
