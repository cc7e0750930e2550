/**
 * Claims runs that need a worker and that nobody holds. The pick is materialised: as a subquery, a LIMIT with
 * SKIP LOCKED may be evaluated again and lock more than it takes. A worker that others have buried claims nothing:
 * nobody would notice its end.
 */
import type { Statement } from '../sql.ts';

/** Values: worker, entry modules this worker has programs for, limit. */
export const claimRuns: Statement = {
  name: 'perdure_claim_runs',
  text: `
    WITH pick AS MATERIALIZED (
      SELECT uid FROM perdure.runs
      WHERE worker IS NULL AND wake_at <= clock_timestamp() AND entry = ANY ($2::text[])
        AND EXISTS (SELECT 1 FROM perdure.workers w WHERE w.id = $1)
      ORDER BY wake_at
      LIMIT $3
      FOR UPDATE SKIP LOCKED
    )
    UPDATE perdure.runs r SET worker = $1, wake_at = 'infinity'
    FROM pick WHERE r.uid = pick.uid
    RETURNING r.uid, r.id, r.workflow, r.artifact, r.mail`,
};
