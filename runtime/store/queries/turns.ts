/**
 * Turns: of the runs with one key, so many go on at a time; the others wait, in order.
 *
 * A run has its turn while it holds a place, a row of `turns`. Inserting the row is what takes the place: whatever two
 * processes believe to be free, one of them inserts it, and a run holds one place only. So nothing needs to be locked or
 * counted, and nothing is given back when a run ends: a place whose run is over is free for the next. Who saw that end
 * gives out the places of its key at once; a worker that looks over all keys finds what nobody has given out.
 */
import type { Statement } from '../sql.ts';

/**
 * Keys that runs wait for, in order, and whether there is a place for the first of those whose moment has come. Values: the key after which to begin,
 * how many keys.
 */
export const queuedKeys: Statement = {
  name: 'perdure_queued_keys',
  text: `
    WITH RECURSIVE keys (key) AS (
      (SELECT turn_key FROM perdure.runs WHERE status = 'pending' AND turn_key IS NOT NULL AND turn_key > $1 ORDER BY turn_key LIMIT 1)
      UNION ALL
      SELECT (SELECT r.turn_key FROM perdure.runs r
              WHERE r.status = 'pending' AND r.turn_key IS NOT NULL AND r.turn_key > k.key
              ORDER BY r.turn_key LIMIT 1)
      FROM keys k WHERE k.key IS NOT NULL
    )
    SELECT k.key, coalesce(first.turn_limit > (
             SELECT count(*) FROM perdure.turns t JOIN perdure.runs r ON r.uid = t.uid
             WHERE t.key = k.key AND r.finished_at IS NULL AND r.status <> 'pending'), false) AS free
    FROM (SELECT key FROM keys WHERE key IS NOT NULL LIMIT $2) k
    LEFT JOIN LATERAL (
      SELECT turn_limit FROM perdure.runs
      WHERE status = 'pending' AND turn_key = k.key AND coalesce(start_at <= now(), true)
      ORDER BY priority DESC, created_at, uid
      LIMIT 1
    ) first ON true
    ORDER BY k.key`,
};

/** How many runs of a key get their turn at once. */
const RUNS_MAX = 100;

/** Gives out the free places of some keys. Returns the runs that have got one. Values: keys. */
export const giveTurns: Statement = {
  name: 'perdure_give_turns',
  text: `
    WITH over AS (
      DELETE FROM perdure.turns t
      WHERE t.key = ANY ($1::text[])
        AND NOT EXISTS (SELECT FROM perdure.runs r WHERE r.uid = t.uid AND r.finished_at IS NULL AND r.status <> 'pending')
      RETURNING t.key, t.place
    ), waiting AS (
      SELECT r.uid, r.turn_key AS key, r.turn_limit, row_number() OVER (PARTITION BY r.turn_key ORDER BY r.priority DESC, r.created_at, r.uid) AS n
      FROM unnest($1::text[]) k (key) CROSS JOIN LATERAL (
        SELECT * FROM perdure.runs
        WHERE status = 'pending' AND turn_key = k.key AND coalesce(start_at <= now(), true)
        ORDER BY priority DESC, created_at, uid
        LIMIT ${RUNS_MAX}
      ) r
    ), free AS (
      SELECT w.key, p.place, row_number() OVER (PARTITION BY w.key ORDER BY p.place) AS n
      FROM (SELECT key, max(turn_limit) AS places FROM waiting GROUP BY key) w, generate_series(1, w.places) p (place)
      WHERE NOT EXISTS (
        SELECT FROM perdure.turns t WHERE t.key = w.key AND t.place = p.place
          AND NOT EXISTS (SELECT FROM over o WHERE o.key = t.key AND o.place = t.place)
      )
    ), next AS MATERIALIZED (
      -- As it is now: a debounced start may have let it wait anew. One that an app's transaction has just sent to gets its turn at a look after
      -- that; who gives out turns does not wait for it, for then no worker would look for anything else.
      SELECT key, f.place, r.uid
      FROM waiting w JOIN free f USING (key, n) CROSS JOIN LATERAL (
        SELECT uid FROM perdure.runs
        WHERE uid = w.uid AND status = 'pending' AND coalesce(start_at <= now(), true)
        FOR NO KEY UPDATE SKIP LOCKED
      ) r
      WHERE f.place <= w.turn_limit
    ), taken AS (
      INSERT INTO perdure.turns (key, place, uid)
      SELECT key, place, uid FROM next
      ORDER BY key, place
      ON CONFLICT DO NOTHING
      RETURNING uid
    )
    UPDATE perdure.runs r SET status = 'running', wake_at = now()
    FROM taken WHERE r.uid = taken.uid
    RETURNING r.uid`,
};
