/**
 * Starts many runs of a workflow in one statement, and with everything that can be said of a start: when a run may begin,
 * who goes before whom, what it is called, what it is sent at once. Those whose id is taken are not started.
 *
 * A run that has to wait is pending: for a moment, with `wake_at` as its alarm; or for its turn, and then nothing wakes it
 * but the turn (`turns.ts`). One whose deadline comes first is woken by that, to hear of it. Of the runs of one statement, each is a microsecond younger than the one before, so
 * that they keep their order.
 */
import type { Statement } from '../sql.ts';
import { isNoUid } from './run-id.ts';

const INPUT = `
    input AS MATERIALIZED (
      SELECT uid, id, args_hash, hash, cause, priority, turn_key, turn_limit, debounce, tags, messages,
             to_timestamp(deadline_ms / 1000) AS deadline,
             coalesce(to_timestamp(start_ms / 1000), now() + delay_ms * interval '1 ms') AS start_at,
             clock_timestamp() + (position - 1) * interval '1 microsecond' AS created_at
      FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::int[], $7::double precision[],
                  $8::double precision[], $9::text[], $10::int[], $11::text[], $12::text[], $13::text[], $18::double precision[])
        WITH ORDINALITY AS i (uid, id, args_hash, hash, cause, priority, start_ms, delay_ms, turn_key, turn_limit, debounce,
                              tags, messages, deadline_ms, position)
    )`;

/**
 * Values: arrays of uid, id, args hash, hash of the first log entry, its cause, priority, moment of the start in ms since
 * 1970 or null, delay in ms or null, key and limit of the turn or null, debounce key or null, tags as a JSON object or
 * null, messages as a JSON array of { channel, key, entry } or null; workflow, entry, artifact; whether a run that has
 * finished gives up the id that was chosen for it; an array of deadlines in ms since 1970 or null; the only run that gives it up, or null for any.
 */
export const admitRuns: Statement = {
  name: 'perdure_admit_runs',
  text: `
    WITH ${INPUT}, replaced AS (
      UPDATE perdure.runs r SET replaced_by = i.uid FROM input i
      WHERE $17::boolean AND r.id = i.id AND r.replaced_by IS NULL AND r.finished_at IS NOT NULL AND r.uid = coalesce($19::uuid, r.uid)
      RETURNING r.uid
    ), run AS (
      INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, status, mail, wake_at, created_at,
                                priority, start_at, turn_key, turn_limit, debounce)
      SELECT i.uid, i.id, $14, $15, decode($16, 'hex'), i.args_hash,
             CASE WHEN i.turn_key IS NULL AND coalesce(i.start_at <= now(), true) THEN 'running' ELSE 'pending' END,
             coalesce(json_array_length(i.messages::json), 0),
             least(CASE WHEN i.turn_key IS NULL THEN coalesce(i.start_at, now()) END, i.deadline),
             i.created_at, i.priority, i.start_at, i.turn_key, i.turn_limit, i.debounce
      -- after the ids were given up
      FROM input i, (SELECT count(*) FROM replaced) gone
      WHERE ${isNoUid('i.id')}
      -- in one order, so that two such statements never wait for each other in a circle
      ORDER BY i.id
      ON CONFLICT DO NOTHING
      RETURNING uid, created_at
    ), first AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta)
      SELECT i.uid, 0, i.hash, i.cause::json, '{}'::json FROM input i JOIN run USING (uid)
    ), tagged AS (
      INSERT INTO perdure.tags (uid, name, value, created_at)
      SELECT uid, t.key, t.value, run.created_at FROM input i JOIN run USING (uid), json_each_text(i.tags::json) t
    ), put AS (
      INSERT INTO perdure.inbox (uid, n, entry)
      SELECT uid, m.n, (m.value ->> 'entry')::json FROM input i JOIN run USING (uid), json_array_elements(i.messages::json) WITH ORDINALITY m (value, n)
    ), keyed AS (
      INSERT INTO perdure.sent (uid, channel, key)
      SELECT uid, m.value ->> 'channel', m.value ->> 'key' FROM input i JOIN run USING (uid), json_array_elements(i.messages::json) m (value)
      WHERE m.value ->> 'key' IS NOT NULL
    )
    SELECT uid FROM run`,
};
