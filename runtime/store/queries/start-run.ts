/**
 * Starts a run, unless its id is taken. The log begins with an entry that holds the arguments.
 */
import type { Statement } from '../sql.ts';

/** Values: uid, id, workflow, entry, artifact, args hash, hash of the first log entry, its cause. */
export const startRun: Statement = {
  name: 'perdure_start_run',
  text: `
    WITH run AS (
      INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, wake_at)
      VALUES ($1, $2, $3, $4, $5, $6, now())
      ON CONFLICT (id) DO NOTHING
      RETURNING uid
    ), first AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta)
      SELECT uid, 0, $7::bytea, $8::json, '{}'::json FROM run
    )
    SELECT uid FROM run`,
};
