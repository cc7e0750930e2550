/**
 * Starts that follow each other closely are one: a run that has not begun gets the arguments of the last, and waits anew.
 * Nothing has been built on its first log entry, so that one is written again.
 */
import type { Statement } from '../sql.ts';
import { idOf } from './run-id.ts';

/** Values: workflow, debounce key. */
export const findDebounced: Statement = {
  name: 'perdure_find_debounced',
  text: `SELECT uid, ${idOf('r')} AS id FROM perdure.runs r WHERE workflow = $1 AND debounce = $2 AND status = 'pending'`,
};

/**
 * Nothing is returned if the run has begun meanwhile. Values: uid, entry, artifact, args hash, hash of the first log
 * entry, its cause, delay in ms, ms after its first start beyond which it does not wait, or null; its deadline in ms since 1970, or null.
 */
export const restartDebounced: Statement = {
  name: 'perdure_restart_debounced',
  text: `
    WITH moment AS (
      SELECT least(now() + $7::double precision * interval '1 ms', created_at + $8::double precision * interval '1 ms') AS start_at
      FROM perdure.runs WHERE uid = $1
    ), run AS (
      UPDATE perdure.runs r
      SET entry = $2, artifact = decode($3, 'hex'), args_hash = $4, start_at = m.start_at,
          wake_at = least(CASE WHEN turn_key IS NULL THEN m.start_at END, to_timestamp($9::double precision / 1000))
      FROM moment m
      WHERE r.uid = $1 AND r.status = 'pending'
      RETURNING r.uid
    ), first AS (
      UPDATE perdure.log l SET hash = $5, cause = $6::json, at = clock_timestamp() FROM run WHERE l.uid = run.uid AND l.seq = 0
    )
    SELECT uid FROM run`,
};
