/**
 * Tokens: effects that are completed from outside.
 *
 * What becomes of a token is decided once, by whichever of these statements changes its row: its completion, its expiry, or the
 * worker that holds the run and needs it no longer. A completion and an expiry put the outcome into the inbox in the same
 * statement. A token counts only while its run is not over, its attempt goes on, and no outcome has reached the inbox: the claim of an attempt goes
 * when the request is settled, in whatever way; and a token may be stored late, when its attempt was given up, has failed or is in doubt, and another is made: then nobody
 * has it, and its expiry must not end what goes on.
 */
import type { Statement } from '../sql.ts';
import { goesOn } from './claims.ts';
import { OPEN } from './open-runs.ts';
import { WAKE_AT } from './send-message.ts';

/** Its outcome is: its attempt goes on, and none of its request has reached the inbox, such as the expiry of the token of an attempt before it. */
const AWAITED = `(
      EXISTS (SELECT FROM perdure.claims c WHERE c.uid = t.uid AND c.request = t.request AND c.attempt = t.attempt AND ${goesOn('c')})
      AND NOT EXISTS (SELECT FROM perdure.inbox b WHERE b.uid = t.uid AND coalesce(b.entry ->> 'result', b.entry ->> 'failure') = t.request::text))`;
/** A claim that was made in the very moment in which the run ended outlives it. */
const STANDS = `(${AWAITED} AND EXISTS (SELECT FROM perdure.runs r WHERE r.uid = t.uid AND r.status IN ${OPEN}))`;

/**
 * A token of an attempt. Values: uid, request, attempt, worker, effect, hash, ms until it expires or null. No row: the worker does
 * not hold the run. The same token again changes nothing; an attempt that is made anew has a new one.
 */
export const issueToken: Statement = {
  name: 'perdure_issue_token',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $4 AND status = 'running' FOR SHARE
    ), claimed AS (
      INSERT INTO perdure.claims (uid, request, attempt, worker) SELECT uid, $2::bigint, $3::int, $4 FROM run ON CONFLICT DO NOTHING
    ), issued AS (
      INSERT INTO perdure.tokens AS t (uid, request, attempt, effect, hash, expires_at)
      SELECT uid, $2::bigint, $3::int, $5, $6::bytea, clock_timestamp() + $7::double precision * interval '1 ms' FROM run
      ON CONFLICT (uid, request, attempt) DO UPDATE
      SET hash = excluded.hash, expires_at = excluded.expires_at, decided_at = NULL, decision = NULL
      WHERE t.hash <> excluded.hash
    )
    SELECT uid FROM run`,
};

const decide = (name: string, which: string, lock = 'FOR UPDATE'): Statement => ({
  name,
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND status IN ${OPEN} ${lock}
    ), decided AS (
      UPDATE perdure.tokens t SET decided_at = clock_timestamp(), decision = $4::json
      FROM run
      WHERE t.uid = run.uid AND t.request = $2 AND t.attempt = $3 AND t.decided_at IS NULL AND ${which} AND ${AWAITED}
      RETURNING t.uid
    ), sent AS (
      UPDATE perdure.runs r SET mail = mail + 1, wake_at = ${WAKE_AT} FROM decided WHERE r.uid = decided.uid RETURNING r.uid, r.mail
    )
    INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $5::json FROM sent
    RETURNING n`,
});

/** Values: uid, request, attempt, decision, inbox entry, hash. No row: nothing has happened. */
export const completeToken = decide('perdure_complete_token', '(t.expires_at IS NULL OR t.expires_at > clock_timestamp()) AND t.hash = $6');

/** If somebody has just sent to its run, the next look does it. Values: uid, request, attempt, decision, inbox entry. */
export const expireToken = decide('perdure_expire_token', 't.expires_at <= clock_timestamp()', 'FOR UPDATE SKIP LOCKED');

/**
 * The effect need not be completed any more. Values: uid, request, attempt, the worker that holds the run, decision. No row: it does
 * not; else whether nobody has completed it and it has not expired: also when that was asked before, and the answer was lost.
 */
export const endToken: Statement = {
  name: 'perdure_end_token',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $4 AND status = 'running' FOR SHARE
    ), ended AS (
      UPDATE perdure.tokens t SET decided_at = clock_timestamp(), decision = $5::json FROM run
      WHERE t.uid = run.uid AND t.request = $2 AND t.attempt = $3 AND t.decided_at IS NULL
      RETURNING t.uid
    )
    SELECT EXISTS (SELECT FROM ended) OR EXISTS (
      SELECT FROM perdure.tokens t WHERE t.uid = run.uid AND t.request = $2 AND t.attempt = $3 AND t.decision ->> 'ended' IS NOT NULL
    ) AS ended FROM run`,
};

/** Tokens that have expired, and whether they still stand. Values: limit. */
export const dueTokens: Statement = {
  name: 'perdure_due_tokens',
  text: `
    SELECT t.uid, t.request, t.attempt, t.effect, extract(epoch FROM t.expires_at) * 1000 AS expires_ms, ${STANDS} AS stands
    FROM perdure.tokens t
    WHERE t.decided_at IS NULL AND t.expires_at <= now()
    ORDER BY t.expires_at LIMIT $1`,
};

/** One that does not stand any more is not looked at again. Values: uid, request, attempt, decision. */
export const closeToken: Statement = {
  name: 'perdure_close_token',
  text: `
    UPDATE perdure.tokens t SET decided_at = clock_timestamp(), decision = $4::json
    WHERE t.uid = $1 AND t.request = $2 AND t.attempt = $3 AND t.decided_at IS NULL AND NOT ${STANDS}`,
};

/** Values: uid, request, attempt, hash. */
export const findToken: Statement = {
  name: 'perdure_find_token',
  text: `
    SELECT decision::text AS decision, extract(epoch FROM decided_at) * 1000 AS decided_ms, expires_at <= clock_timestamp() AS expired
    FROM perdure.tokens WHERE uid = $1 AND request = $2 AND attempt = $3 AND hash = $4`,
};
