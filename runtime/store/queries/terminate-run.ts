/**
 * Ends a run from outside. Its log gets a last entry, by the commit protocol: so whatever its worker commits from then on is
 * lost. If a worker holds it, the run stays that worker's until it has heard of the end. Its children and its errands hear of it from
 * statements that follow (`families.ts`, `dropErrands`): whoever dies before leaves that to a look.
 */
import type { Statement } from '../sql.ts';
import { OPEN } from './open-runs.ts';

/** The last entry of a run's log. Values: uid. */
export const readLast: Statement = {
  name: 'perdure_read_last',
  text: `SELECT seq, encode(hash, 'hex') AS hash FROM perdure.log WHERE uid = $1 ORDER BY seq DESC LIMIT 1`,
};

/** Values: uid, seq, predecessor's hash, hash, cause, delta, the outcome of a workflow that has not ended. */
export const terminateRun: Statement = {
  name: 'perdure_terminate_run',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND status IN ${OPEN} FOR UPDATE
    ), predecessor AS MATERIALIZED (
      -- as it is after what was under way: a debounced start gives a run that has not begun another first entry
      SELECT p.uid FROM run JOIN perdure.log p ON p.uid = run.uid WHERE p.seq = $2::int - 1 AND p.hash = $3 FOR SHARE OF p
    ), done AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta)
      SELECT uid, $2, $4, $5::json, $6::json FROM predecessor
      ON CONFLICT DO NOTHING
      RETURNING uid
    ), ended AS (
      UPDATE perdure.runs r
      SET status = 'terminated', outcome = coalesce(r.outcome, $7::json), reason = NULL, finished_at = clock_timestamp(),
          mail = r.mail + 1, orphans = true, wake_at = CASE WHEN r.worker IS NOT NULL THEN now() END
      FROM done WHERE r.uid = done.uid
      RETURNING r.uid
    ), consumed AS (
      DELETE FROM perdure.inbox b USING ended WHERE b.uid = ended.uid
    ), settled AS (
      DELETE FROM perdure.claims c USING ended WHERE c.uid = ended.uid
    )
    SELECT uid FROM done`,
};
