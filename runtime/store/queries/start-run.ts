/**
 * Starts a run, unless its id is taken. The log begins with an entry that holds the arguments.
 */
import type { Statement } from '../sql.ts';

/**
 * Values: uid, id, workflow, entry, artifact, args hash, hash of the first log entry, its cause, and the worker that
 * holds it from its start, or null. One that others have buried holds nothing.
 */
export const startRun: Statement = {
  name: 'perdure_start_run',
  text: `
    WITH run AS (
      INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, worker, wake_at)
      SELECT $1, $2, $3, $4, $5, $6, w.id, CASE WHEN w.id IS NULL THEN now() ELSE 'infinity' END
      FROM (SELECT (SELECT id FROM perdure.workers WHERE id = $9) AS id) w
      ON CONFLICT (id) WHERE replaced_by IS NULL DO NOTHING
      RETURNING uid, worker
    ), first AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta)
      SELECT uid, 0, $7::bytea, $8::json, '{}'::json FROM run
    )
    SELECT uid, worker FROM run`,
};
