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

/** Several of them, of which those whose id is taken are not started. Values as above, each an array. */
export const startRuns: Statement = {
  name: 'perdure_start_runs',
  arrays: ['uuid', 'text', 'text', 'text', 'text', 'bytea', 'bytea', 'text', 'text'],
  text: `
    WITH input AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::text[])
        WITH ORDINALITY AS i (uid, id, workflow, entry, artifact, args_hash, hash, cause, worker, position)
    ), run AS (
      INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, worker, wake_at)
      SELECT i.uid, i.id, i.workflow, i.entry, i.artifact, i.args_hash, w.id, CASE WHEN w.id IS NULL THEN now() ELSE 'infinity' END
      FROM input i LEFT JOIN perdure.workers w ON w.id = i.worker
      -- in one order, so that two such statements never wait for each other in a circle
      ORDER BY i.id, i.position
      ON CONFLICT (id) WHERE replaced_by IS NULL DO NOTHING
      RETURNING uid, worker
    ), first AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta)
      SELECT i.uid, 0, i.hash, i.cause::json, '{}'::json FROM input i JOIN run USING (uid)
    )
    SELECT uid, worker FROM run`,
};
