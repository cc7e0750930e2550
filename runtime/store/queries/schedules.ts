/**
 * Schedules: rows that say when the next tick is. A tick moves that on and begins its run in one statement, so that of all
 * workers one makes it; who comes later finds another moment in the row.
 */
import type { Statement } from '../sql.ts';
import { OPEN } from './open-runs.ts';
import { idOf } from './run-id.ts';

const COLUMNS = `
  s.id, s.spec::text AS spec, s.entry, s.paused, s.last_run, s.skipped,
  extract(epoch FROM s.next_at) * 1000 AS next_ms, extract(epoch FROM s.last_at) * 1000 AS last_ms,
  (SELECT ${idOf('r')} FROM perdure.runs r WHERE r.uid = s.last_run) AS last_run_id,
  extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`;

/** Values: id, spec, entry, the next tick in ms since 1970 or null. A row if it is new or has changed. */
export const putSchedule: Statement = {
  name: 'perdure_put_schedule',
  text: `
    INSERT INTO perdure.schedules AS s (id, spec, entry, next_at) VALUES ($1, $2::json, $3, to_timestamp($4::double precision / 1000))
    ON CONFLICT (id) DO UPDATE SET spec = excluded.spec, entry = excluded.entry, next_at = excluded.next_at
    WHERE s.spec::text <> excluded.spec::text OR s.entry <> excluded.entry
    RETURNING id`,
};

/** Values: id. */
export const removeSchedule: Statement = {
  name: 'perdure_remove_schedule',
  text: `DELETE FROM perdure.schedules WHERE id = $1 RETURNING id`,
};

/** Values: id. */
export const findSchedule: Statement = {
  name: 'perdure_find_schedule',
  text: `SELECT ${COLUMNS} FROM perdure.schedules s WHERE id = $1`,
};

export const listSchedules: Statement = {
  name: 'perdure_list_schedules',
  text: `SELECT ${COLUMNS} FROM perdure.schedules s ORDER BY id`,
};

/** Values: id, paused, the next tick in ms since 1970 or null. */
export const pauseSchedule: Statement = {
  name: 'perdure_pause_schedule',
  text: `
    UPDATE perdure.schedules SET paused = $2, next_at = to_timestamp($3::double precision / 1000) WHERE id = $1 RETURNING id`,
};

/** Schedules whose next tick has come, or comes soon. Values: entry modules, ms, limit. */
export const dueSchedules: Statement = {
  name: 'perdure_due_schedules',
  text: `
    SELECT ${COLUMNS} FROM perdure.schedules s
    WHERE NOT paused AND next_at <= now() + $2::double precision * interval '1 ms' AND entry = ANY ($1::text[])
    ORDER BY next_at LIMIT $3`,
};

/**
 * Makes a tick. A row if it was still to be made, with the uid of the run that has begun, if one has. Values: id, the tick
 * and the one after it in ms since 1970 (that or null), whether a run begins, whether not if the last one still goes on; uid,
 * id, workflow, entry, artifact, args hash, hash of the first log entry, its cause; the key of its turn, or null; what the
 * schedule said when all that was made of it: another may have taken its place.
 */
export const makeTick: Statement = {
  name: 'perdure_make_tick',
  text: `
    WITH tick AS MATERIALIZED (
      SELECT s.id, $4::boolean AND NOT ($5::boolean AND EXISTS (
        SELECT FROM perdure.runs r WHERE r.uid = s.last_run AND r.status IN ${OPEN}
      )) AS begins
      FROM perdure.schedules s
      WHERE s.id = $1 AND s.next_at = to_timestamp($2::double precision / 1000) AND NOT s.paused AND s.spec::text = $15
      FOR UPDATE
    ), run AS (
      INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, status, wake_at, turn_key, turn_limit)
      SELECT $6, $7, $8, $9, decode($10, 'hex'), $11, CASE WHEN $14::text IS NULL THEN 'running' ELSE 'pending' END,
             CASE WHEN $14::text IS NULL THEN now() END, $14, CASE WHEN $14::text IS NOT NULL THEN 1 END
      FROM tick WHERE begins
      ON CONFLICT DO NOTHING
      RETURNING uid, created_at
    ), first AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta) SELECT uid, 0, $12::bytea, $13::json, '{}'::json FROM run
    ), tagged AS (
      INSERT INTO perdure.tags (uid, name, value, created_at) SELECT uid, 'schedule', $1, created_at FROM run
    ), moved AS (
      UPDATE perdure.schedules s
      SET next_at = to_timestamp($3::double precision / 1000),
          last_at = CASE WHEN $4::boolean THEN s.next_at ELSE s.last_at END,
          last_run = coalesce((SELECT uid FROM run), s.last_run),
          skipped = s.skipped + CASE WHEN $4::boolean AND NOT tick.begins THEN 1 ELSE 0 END
      FROM tick WHERE s.id = tick.id
    )
    SELECT (SELECT uid FROM run) AS uid FROM tick`,
};

/** A run that somebody has begun between two ticks. Values: id, uid. */
export const noteScheduledRun: Statement = {
  name: 'perdure_note_scheduled_run',
  text: `UPDATE perdure.schedules SET last_run = $2 WHERE id = $1`,
};
