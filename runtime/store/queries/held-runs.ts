/**
 * Runs that a worker holds and that something has arrived for; and the time.
 */
import type { Statement } from '../sql.ts';
import { LEVELS, notOf } from './claim-runs.ts';
import { idOf } from './run-id.ts';

/** A run that has ended is let go by this. Values: worker. */
export const heldRunsWithNews: Statement = {
  name: 'perdure_held_runs_with_news',
  text: `
    WITH news AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE worker = $1 AND wake_at < 'infinity' FOR UPDATE SKIP LOCKED
    )
    UPDATE perdure.runs r
    SET wake_at = CASE r.status WHEN 'running' THEN 'infinity'::timestamptz END, worker = CASE r.status WHEN 'running' THEN r.worker END
    FROM news WHERE r.uid = news.uid
    RETURNING r.uid, r.status, r.mail`,
};

/** All runs that a worker holds. Values: worker. */
export const heldRuns: Statement = {
  name: 'perdure_held_runs',
  text: `
    SELECT uid, ${idOf('r')} AS id, workflow, encode(artifact, 'hex') AS artifact, mail, turn_key, losses, parent,
      extract(epoch FROM now()) * 1000 AS now_ms
    FROM perdure.runs r
    WHERE worker = $1 AND status = 'running'`,
};

export const readClock: Statement = {
  name: 'perdure_read_clock',
  text: `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`,
};

/**
 * When the next run that nobody holds is due, if that is soon, among these entry modules: the first of every priority. Those of others are
 * stepped over, and hundreds of thousands may sleep: so not for longer than is asked. Values: entry modules, ms from now, hashes of programs that are left to others.
 */
export const nextDue: Statement = {
  name: 'perdure_next_due',
  text: `
    WITH RECURSIVE ${LEVELS}
    SELECT extract(epoch FROM min(first.wake_at) - clock_timestamp()) * 1000 AS in_ms
    FROM levels l CROSS JOIN LATERAL (
      SELECT wake_at FROM perdure.runs
      WHERE worker IS NULL AND priority = l.priority AND wake_at <= now() + $2::double precision * interval '1 ms' AND entry = ANY ($1::text[])
        AND ${notOf('$3')}
      ORDER BY wake_at
      LIMIT 1
    ) first`,
};
