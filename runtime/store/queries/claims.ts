/**
 * Claims of attempts at effects, and doubts about them.
 */
import type { Statement } from '../sql.ts';

/** A further attempt. Values: uid, request, attempt, worker. */
export const claimAttempt: Statement = {
  name: 'perdure_claim_attempt',
  text: `
    WITH settled AS (
      UPDATE perdure.claims SET doubt = NULL WHERE uid = $1 AND request = $2 AND doubt IS NOT NULL
    )
    INSERT INTO perdure.claims (uid, request, attempt, worker) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING attempt`,
};

/**
 * An attempt has failed, and its policy allows another after a pause, which begins once. Values: uid, request, attempt,
 * worker, the error, the pause in ms.
 */
export const recordFailure: Statement = {
  name: 'perdure_record_failure',
  text: `
    INSERT INTO perdure.claims AS c (uid, request, attempt, worker, failure, retry_at)
    VALUES ($1, $2, $3, $4, $5::json, clock_timestamp() + $6::double precision * interval '1 ms')
    ON CONFLICT (uid, request, attempt) DO UPDATE
    SET failure = excluded.failure, doubt = NULL, retry_at = coalesce(c.retry_at, excluded.retry_at)
    RETURNING extract(epoch FROM retry_at) * 1000 AS retry_ms`,
};

/** Nobody knows whether an attempt has happened. Values: uid, request, attempt, the worker that made it. */
export const markDoubt: Statement = {
  name: 'perdure_mark_doubt',
  text: `
    INSERT INTO perdure.claims (uid, request, attempt, worker, doubt) VALUES ($1, $2, $3, $4, clock_timestamp())
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
