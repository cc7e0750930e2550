/**
 * Everything that a worker needs to go on with a run: its newest image, the log from there, its inbox, claims.
 */
import type { Statement } from '../sql.ts';
import { CLAIM_FACTS } from './claims.ts';

/**
 * The log comes in pages, because an order and a limit make the planner walk the index: without them it expects a third
 * of the run's rows and scans the table (measured at 100,000 steps: 22 ms, and 3 ms so).
 */
export const LOG_PAGE = 1000;

/** Values: uid. Rows: kind (image, log, inbox, claim, errand), n, and the documents as text. */
export const loadRun: Statement = {
  name: 'perdure_load_run',
  text: `
    WITH i AS MATERIALIZED (
      SELECT seq, state FROM perdure.images WHERE uid = $1 ORDER BY seq DESC LIMIT 1
    )
    SELECT 1 AS part, seq AS n, NULL::text AS hash, state::text AS a, NULL::text AS b, NULL::text AS c FROM i
    UNION ALL
    (SELECT 2, l.seq, encode(l.hash, 'hex'), l.delta::text, l.cause::text, NULL
     FROM perdure.log l WHERE l.uid = $1 AND l.seq >= coalesce((SELECT seq FROM i), 0)
     ORDER BY l.seq LIMIT ${LOG_PAGE})
    UNION ALL
    SELECT 3, n, NULL, entry::text, NULL, NULL FROM perdure.inbox WHERE uid = $1
    UNION ALL
    SELECT 4, request, worker, attempt::text, failure::text, ${CLAIM_FACTS} FROM perdure.claims WHERE uid = $1
    UNION ALL
    SELECT 5, request, NULL, NULL, NULL, NULL FROM perdure.errands WHERE uid = $1
    ORDER BY 1, 2`,
};

/** The next page of the log. Values: uid, the last seq read. */
export const loadLog: Statement = {
  name: 'perdure_load_log',
  text: `
    SELECT seq AS n, encode(hash, 'hex') AS hash, delta::text AS a, cause::text AS b
    FROM perdure.log WHERE uid = $1 AND seq > $2 ORDER BY seq LIMIT ${LOG_PAGE}`,
};

/** The state at a past cycle; of cycle 0 also row 1, which may be both (`log.ts`). Values: uid, seq. */
export const loadRunAt: Statement = {
  name: 'perdure_load_run_at',
  text: `
    WITH i AS MATERIALIZED (
      SELECT seq, state FROM perdure.images WHERE uid = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1
    )
    SELECT 1 AS part, seq AS n, NULL::text AS hash, state::text AS a, NULL::text AS b FROM i
    UNION ALL
    SELECT 2, l.seq, encode(l.hash, 'hex'), l.delta::text, l.cause::text
    FROM perdure.log l WHERE l.uid = $1 AND l.seq <= greatest($2, 1) AND l.seq >= coalesce((SELECT seq FROM i), 0)
    ORDER BY 1, 2`,
};

/** The inbox beyond a number. Values: uid, n. */
export const readInbox: Statement = {
  name: 'perdure_read_inbox',
  text: `SELECT n, entry::text AS entry FROM perdure.inbox WHERE uid = $1 AND n > $2 ORDER BY n`,
};

/** Log entries for people. Values: uid, from, limit. */
export const readLog: Statement = {
  name: 'perdure_read_log',
  text: `
    SELECT seq, encode(hash, 'hex') AS hash, extract(epoch FROM at) * 1000 AS at_ms,
           cause::text AS cause, delta::text AS delta, capture::text AS capture
    FROM perdure.log WHERE uid = $1 AND seq >= $2::bigint ORDER BY seq LIMIT $3`,
};
