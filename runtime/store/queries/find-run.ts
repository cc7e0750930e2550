/**
 * One run by its id, or by its uid.
 */
import type { Statement } from '../sql.ts';
import { goesOn } from './claims.ts';
import { OPEN } from './open-runs.ts';
import { hasId, idOf } from './run-id.ts';

/** What is known of a run `r`. */
export const COLUMNS = `
  r.uid, ${idOf('r')} AS id, r.workflow, r.entry, encode(r.artifact, 'hex') AS artifact, encode(r.args_hash, 'hex') AS args_hash, r.status,
  r.outcome::text AS outcome, r.reason::text AS reason, r.mail, r.worker,
  extract(epoch FROM r.wake_at) * 1000 AS wake_ms,
  extract(epoch FROM r.created_at) * 1000 AS created_ms,
  extract(epoch FROM r.finished_at) * 1000 AS finished_ms,
  r.priority, extract(epoch FROM r.start_at) * 1000 AS start_ms, r.turn_key, r.replaced_by, r.parent,
  (SELECT json_object_agg(t.name, t.value ORDER BY t.name)::text FROM perdure.tags t WHERE t.uid = r.uid) AS tags,
  EXISTS (SELECT 1 FROM perdure.claims c WHERE c.uid = r.uid AND c.doubt IS NOT NULL) AS in_doubt,
  -- by its claims, which are few: tokens stay as long as the run (measured at 20,000 tokens: 0.3 ms, and 4 ms from the tokens)
  (SELECT json_build_object('until', extract(epoch FROM min(t.expires_at)) * 1000)::text
   FROM perdure.claims c CROSS JOIN LATERAL (
     SELECT t.expires_at FROM perdure.tokens t
     WHERE t.uid = c.uid AND t.request = c.request AND t.attempt = c.attempt AND t.decided_at IS NULL OFFSET 0
   ) t
   WHERE c.uid = r.uid AND ${goesOn('c')} AND r.status IN ${OPEN}
   HAVING count(*) > 0) AS token,
  (SELECT t.queue FROM perdure.errands t
   WHERE t.uid = r.uid AND t.worker IS NULL AND NOT t.doubt AND t.queue <> ''
     AND NOT EXISTS (SELECT 1 FROM perdure.workers w WHERE t.queue = ANY (w.serves))
   ORDER BY t.request LIMIT 1) AS unserved`;

export const findRun: Statement = {
  name: 'perdure_find_run',
  text: `SELECT ${COLUMNS} FROM perdure.runs r WHERE ${hasId('r', '$1::text')}`,
};

export const findRunByUid: Statement = {
  name: 'perdure_find_run_by_uid',
  text: `SELECT ${COLUMNS} FROM perdure.runs r WHERE r.uid = $1`,
};

/** What has these ids now, as far as a start must know it. Values: ids. */
export const findRuns: Statement = {
  name: 'perdure_find_runs',
  text: `
    SELECT r.uid, ${idOf('r')} AS id, r.workflow, encode(r.args_hash, 'hex') AS args_hash
    FROM (SELECT DISTINCT unnest($1::text[])) AS wanted (id) JOIN perdure.runs r ON ${hasId('r', 'wanted.id')}`,
};

/** What has become of runs, as far as who waits for that must know it. Values: uids. */
export const findOutcomes: Statement = {
  name: 'perdure_find_outcomes',
  text: `SELECT uid, status, outcome::text AS outcome, reason::text AS reason FROM perdure.runs WHERE uid = ANY ($1::uuid[])`,
};
