/**
 * Lets a failed run go on from an earlier cycle. Its log gets another entry, by the commit protocol; images younger than that
 * cycle go, since the fold has to come by it. If it goes on with another program, the state that fits is an image.
 */
import type { Statement } from '../sql.ts';

/**
 * Values: uid, seq, predecessor's hash, hash, cause, delta, the cycle that it goes on from, the number of the last inbox
 * entry as it is known and as it will be, arrays of the entries that are put back: number, entry; hash of the program that it goes on
 * with, and its state there, or nulls.
 */
export const retryRun: Statement = {
  name: 'perdure_retry_run',
  text: `
    WITH run AS (
      UPDATE perdure.runs r
      SET status = CASE WHEN turn_key IS NULL THEN 'running' ELSE 'pending' END,
          wake_at = CASE WHEN turn_key IS NULL THEN now() END,
          outcome = NULL, finished_at = NULL, debounce = NULL, mail = $9, losses = 0, lost_at = NULL, artifact = coalesce(decode($12, 'hex'), artifact)
      WHERE r.uid = $1 AND r.status = 'failed' AND r.replaced_by IS NULL AND r.mail = $8
        AND EXISTS (SELECT 1 FROM perdure.log p WHERE p.uid = $1 AND p.seq = $2::int - 1 AND p.hash = $3)
        AND NOT EXISTS (SELECT 1 FROM perdure.log n WHERE n.uid = $1 AND n.seq = $2)
      RETURNING r.uid
    ), entry AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta) SELECT uid, $2, $4, $5::json, $6::json FROM run
    ), put AS (
      INSERT INTO perdure.inbox (uid, n, entry)
      SELECT run.uid, e.n, e.entry::json FROM run, unnest($10::bigint[], $11::text[]) AS e (n, entry)
      ON CONFLICT DO NOTHING
    ), images AS (
      DELETE FROM perdure.images i USING run WHERE i.uid = run.uid AND i.seq > $7
    ), image AS (
      INSERT INTO perdure.images (uid, seq, state) SELECT uid, $2, $13::json FROM run WHERE $13::json IS NOT NULL
    )
    SELECT uid FROM run`,
};
