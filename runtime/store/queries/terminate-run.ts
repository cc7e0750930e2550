/**
 * Ends a run from outside. Its log gets a last entry, by the commit protocol: so whatever its worker commits from then on is
 * lost. If a worker holds it, the run stays that worker's until it has heard of the end. Its children and its errands hear of it from
 * statements that follow (`families.ts`, `dropErrands`): whoever dies before leaves that to a look.
 */
import { HASH_BYTES } from '../../chain.ts';
import type { Statement } from '../sql.ts';
import { OPEN } from './open-runs.ts';

/**
 * After the entry that is the last one here and now, not as whoever asks has seen it: a run in full career writes several in the time of a
 * question and its answer. Its hash is that of `chain.ts`. No row: the run has ended, or its log has grown just then.
 * Values: uid, cause, delta, the outcome of a workflow that has not ended. Returns seq and hash.
 */
export const terminateRun: Statement = {
  name: 'perdure_terminate_run',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND status IN ${OPEN} FOR UPDATE
    ), predecessor AS MATERIALIZED (
      -- as it is after what was under way: a debounced start gives a run that has not begun another first entry
      SELECT p.uid, p.seq, p.hash FROM perdure.log p
      WHERE p.uid = (SELECT uid FROM run) AND p.seq = (SELECT max(seq) FROM perdure.log WHERE uid = $1) FOR SHARE OF p
    ), done AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta)
      SELECT uid, seq + 1,
             substring(sha256(hash || '\\x00'::bytea || convert_to($2, 'UTF8') || '\\x00'::bytea || convert_to($3, 'UTF8')) FOR ${HASH_BYTES}),
             $2::text::json, $3::text::json
      FROM predecessor
      ON CONFLICT DO NOTHING
      RETURNING uid, seq, hash
    ), ended AS (
      UPDATE perdure.runs r
      SET status = 'terminated', outcome = coalesce(r.outcome, $4::json), reason = NULL, finished_at = clock_timestamp(),
          mail = r.mail + 1, orphans = true, wake_at = CASE WHEN r.worker IS NOT NULL THEN now() END
      FROM done WHERE r.uid = done.uid
      RETURNING r.uid
    ), consumed AS (
      DELETE FROM perdure.inbox b USING ended WHERE b.uid = ended.uid
    ), settled AS (
      DELETE FROM perdure.claims c USING ended WHERE c.uid = ended.uid
    )
    SELECT seq, encode(hash, 'hex') AS hash FROM done`,
};
