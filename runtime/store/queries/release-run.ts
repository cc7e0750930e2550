/**
 * Lets a run go: to sleep until `wake_at`, if nothing has arrived that the worker has not seen; or parked.
 */
import type { Statement } from '../sql.ts';
import { gone } from './workers.ts';

/**
 * Who has locked it is sending to it, perhaps in a transaction of an app, which may last: it is not waited for. Each of the runs that such a
 * transaction sends to would take a connection, until none is left for the lease. Values: uid, worker, inbox number seen, ms since 1970 when it
 * is next due (null: when something arrives).
 */
export const releaseRun: Statement = {
  name: 'perdure_release_run',
  text: `
    UPDATE perdure.runs
    SET worker = NULL, wake_at = coalesce(to_timestamp($4::double precision / 1000), 'infinity')
    WHERE uid = (SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $2 AND mail = $3 FOR UPDATE SKIP LOCKED)
    RETURNING uid`,
};

/** Parks a run at its last checkpoint. Values: uid, worker, reason. */
export const parkRun: Statement = {
  name: 'perdure_park_run',
  text: `
    UPDATE perdure.runs SET status = 'parked', reason = $3::json, worker = NULL, wake_at = NULL
    WHERE uid = $1 AND worker = $2 AND status = 'running' RETURNING uid`,
};

/** Lets a parked run go on from its last checkpoint. Values: uid. */
export const resumeRun: Statement = {
  name: 'perdure_resume_run',
  text: `
    UPDATE perdure.runs SET status = 'running', reason = NULL, wake_at = now(), losses = 0, lost_at = NULL
    WHERE uid = $1 AND status = 'parked' RETURNING uid`,
};

/** The same for many. Values: uids. */
export const resumeRuns: Statement = {
  name: 'perdure_resume_runs',
  text: `
    UPDATE perdure.runs SET status = 'running', reason = NULL, wake_at = now(), losses = 0, lost_at = NULL
    WHERE uid = ANY ($1::uuid[]) AND status = 'parked' RETURNING uid`,
};

/** Gives back everything a worker holds, to be taken at once; whoever looks after orphans does so with what is locked meanwhile. Values: worker. */
export const releaseAll: Statement = {
  name: 'perdure_release_all',
  text: `
    WITH free AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE worker = $1 FOR NO KEY UPDATE SKIP LOCKED
    ), freed AS (
      UPDATE perdure.runs SET worker = NULL, wake_at = CASE status WHEN 'running' THEN now() END WHERE uid = ANY (ARRAY(SELECT uid FROM free)) RETURNING 1
    ), ${gone(false)}
    SELECT count(*) AS count FROM freed`,
};
