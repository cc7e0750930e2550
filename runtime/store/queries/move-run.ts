/**
 * Lets a parked run go on with another program. Its log gets another entry, by the commit protocol.
 */
import type { Statement } from '../sql.ts';

/** Values: uid, seq, predecessor's hash, hash, cause, delta, hash of the program, the state that goes on or null if nothing has begun. */
export const moveRun: Statement = {
  name: 'perdure_move_run',
  text: `
    WITH run AS (
      UPDATE perdure.runs r
      SET artifact = decode($7, 'hex'), status = 'running', reason = NULL, wake_at = now(), losses = 0, lost_at = NULL
      WHERE r.uid = $1 AND r.status = 'parked'
        AND (SELECT p.hash FROM perdure.log p WHERE p.uid = $1 AND p.seq = $2::int - 1) = $3
        AND NOT EXISTS (SELECT 1 FROM perdure.log n WHERE n.uid = $1 AND n.seq = $2)
      RETURNING r.uid
    ), entry AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta) SELECT uid, $2, $4, $5::json, $6::json FROM run
    ), image AS (
      INSERT INTO perdure.images (uid, seq, state) SELECT uid, $2, $8::json FROM run WHERE $8::json IS NOT NULL
    )
    SELECT uid FROM run`,
};
