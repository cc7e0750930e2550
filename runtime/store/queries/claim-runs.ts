/**
 * Claims runs that need a worker and that nobody holds: those of the highest priority first, and of one priority in the
 * order in which they became due. The pick is materialised: as a subquery, a LIMIT with SKIP LOCKED may be evaluated again
 * and lock more than it takes. A worker that others have buried claims nothing: nobody would notice its end.
 *
 * A million runs may sleep, and their priorities come before the moments in the index. So each priority that there is
 * gets a range of its own, whose end is where the sleepers begin: `now()` bounds the scan, which `clock_timestamp()`,
 * being volatile, would not.
 */
import type { Statement } from '../sql.ts';
import { idOf } from './run-id.ts';

/** The priorities of runs that nobody holds, highest first: one step in the index for each. The last is null. */
export const LEVELS = `
    levels (priority) AS (
      (SELECT priority FROM perdure.runs WHERE worker IS NULL AND wake_at IS NOT NULL ORDER BY priority DESC LIMIT 1)
      UNION ALL
      SELECT (SELECT r.priority FROM perdure.runs r
              WHERE r.worker IS NULL AND r.wake_at IS NOT NULL AND r.priority < l.priority
              ORDER BY r.priority DESC LIMIT 1)
      FROM levels l WHERE l.priority IS NOT NULL
    )`;

/** What is no run of these programs: `$n` has their hashes, those that this worker cannot run. */
export const notOf = (parameter: string): string => `artifact <> ALL (ARRAY(SELECT decode(hash, 'hex') FROM unnest(${parameter}::text[]) AS others (hash)))`;

/** Values: worker, entry modules this worker has programs for, limit, hashes of programs that are left to others. */
export const claimRuns: Statement = {
  name: 'perdure_claim_runs',
  text: `
    WITH RECURSIVE ${LEVELS}, pick AS MATERIALIZED (
      SELECT due.uid
      FROM levels l CROSS JOIN LATERAL (
        SELECT uid FROM perdure.runs
        WHERE worker IS NULL AND priority = l.priority AND wake_at <= now() AND entry = ANY ($2::text[]) AND ${notOf('$4')}
          AND EXISTS (SELECT 1 FROM perdure.workers w WHERE w.id = $1)
        ORDER BY wake_at
        LIMIT $3
        FOR UPDATE SKIP LOCKED
      ) due
      LIMIT $3
    )
    UPDATE perdure.runs r SET worker = $1, wake_at = 'infinity', status = CASE status WHEN 'pending' THEN 'running' ELSE status END
    FROM pick WHERE r.uid = pick.uid
    RETURNING r.uid, ${idOf('r')} AS id, r.workflow, encode(r.artifact, 'hex') AS artifact, r.mail, r.turn_key, r.losses, r.parent,
      extract(epoch FROM now()) * 1000 AS now_ms`,
};
