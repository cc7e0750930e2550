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

/** An attempt has failed, and its policy allows another. Values: uid, request, attempt, worker, the error. */
export const recordFailure: Statement = {
  name: 'perdure_record_failure',
  text: `
    INSERT INTO perdure.claims (uid, request, attempt, worker, failure) VALUES ($1, $2, $3, $4, $5::json)
    ON CONFLICT (uid, request, attempt) DO UPDATE SET failure = excluded.failure, doubt = NULL`,
};

/** Nobody knows whether an attempt has happened. Values: uid, request, attempt, the worker that made it. */
export const markDoubt: Statement = {
  name: 'perdure_mark_doubt',
  text: `
    INSERT INTO perdure.claims (uid, request, attempt, worker, doubt) VALUES ($1, $2, $3, $4, clock_timestamp())
    ON CONFLICT (uid, request, attempt) DO UPDATE SET doubt = coalesce(perdure.claims.doubt, clock_timestamp())`,
};

/** Values: uid. */
export const readClaims: Statement = {
  name: 'perdure_read_claims',
  text: `
    SELECT request, attempt, worker, failure::text AS failure,
           extract(epoch FROM at) * 1000 AS at_ms, extract(epoch FROM doubt) * 1000 AS doubt_ms
    FROM perdure.claims WHERE uid = $1 ORDER BY request, attempt`,
};
