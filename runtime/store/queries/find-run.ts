/**
 * One run by its id, or by its uid.
 */
import type { Statement } from '../sql.ts';

const COLUMNS = `
  r.uid, r.id, r.workflow, r.entry, r.artifact, encode(r.args_hash, 'hex') AS args_hash, r.status,
  r.outcome::text AS outcome, r.reason::text AS reason, r.mail, r.worker,
  extract(epoch FROM r.wake_at) * 1000 AS wake_ms,
  extract(epoch FROM r.created_at) * 1000 AS created_ms,
  extract(epoch FROM r.finished_at) * 1000 AS finished_ms,
  EXISTS (SELECT 1 FROM perdure.claims c WHERE c.uid = r.uid AND c.doubt IS NOT NULL) AS in_doubt`;

export const findRun: Statement = {
  name: 'perdure_find_run',
  text: `SELECT ${COLUMNS} FROM perdure.runs r WHERE r.id = $1`,
};

export const findRunByUid: Statement = {
  name: 'perdure_find_run_by_uid',
  text: `SELECT ${COLUMNS} FROM perdure.runs r WHERE r.uid = $1`,
};

/** Values: status or null, workflow or null, limit. Newest first. */
export const listRuns: Statement = {
  name: 'perdure_list_runs',
  text: `
    SELECT ${COLUMNS}, (SELECT max(seq) FROM perdure.log l WHERE l.uid = r.uid) AS seq
    FROM perdure.runs r
    WHERE ($1::text IS NULL OR r.status = $1) AND ($2::text IS NULL OR r.workflow = $2 OR right(r.workflow, length($2) + 1) = '#' || $2)
    ORDER BY r.created_at DESC
    LIMIT $3`,
};
