/**
 * Grants: which of the errands that wait may be made now, and by whom.
 *
 * Whoever has room asks for himself. A limit counts what is under way by counting rows: nothing is added up that could go wrong, and
 * a worker that is gone holds nothing once its errands are freed. Two that look at the same lane at once would both find it empty. So
 * the lane's row is locked, and nothing is granted if its version is not the one of the snapshot in which the errands were
 * counted: each grant changes it. One who finds the row locked goes on with other lanes, and looks again.
 *
 * For a rate the row remembers when attempts were granted: exactly in the order of time, but for those within a hundredth of
 * the time, which count together from the last of them. It is decided by a moment before the grant, and remembered by one
 * after it: so never are there more within any time that long.
 */
import type { Statement } from '../sql.ts';
import { OPEN } from './open-runs.ts';

/** In how many parts a time is remembered at the most. */
export const PARTS = 100;

const NOW_MS = `extract(epoch FROM now()) * 1000`;

/**
 * Values: worker, and arrays of what it serves: queue, effect (its id, or its name within its module), room for the queue,
 * whether it may be made again. Rows: what is granted, and with each of them, or alone: whether to look `again` at once, and in how many
 * ms there may be more.
 */
export const grantErrands: Statement = {
  name: 'perdure_grant_errands',
  text: `
    WITH RECURSIVE served AS MATERIALIZED (
      SELECT * FROM unnest($2::text[], $3::text[], $4::int[], $5::boolean[]) AS s (queue, effect, room, idempotent)
    ), waiting (queue, lane, effect) AS (
      (SELECT t.queue, t.lane, t.effect FROM perdure.errands t
       WHERE t.worker IS NULL AND NOT t.doubt AND t.queue = ANY ($2::text[]) ORDER BY t.queue, t.lane LIMIT 1)
      UNION ALL
      SELECT n.queue, n.lane, n.effect FROM waiting l CROSS JOIN LATERAL (
        SELECT t.queue, t.lane, t.effect FROM perdure.errands t
        WHERE t.worker IS NULL AND NOT t.doubt AND t.queue = ANY ($2::text[]) AND (t.queue, t.lane) > (l.queue, l.lane)
        ORDER BY t.queue, t.lane LIMIT 1
      ) n
    ), wanted AS MATERIALIZED (
      -- an effect that is served by its id and by its name is served by its id
      SELECT DISTINCT ON (l.queue, l.lane) l.queue, l.lane, l.effect, s.room, s.idempotent
      FROM waiting l JOIN served s ON s.queue = l.queue AND s.effect IN (l.effect, split_part(l.effect, '#', 2))
      WHERE s.room > 0 AND EXISTS (SELECT 1 FROM perdure.workers w WHERE w.id = $1)
      ORDER BY l.queue, l.lane, s.effect = l.effect DESC
    ), facts AS MATERIALIZED (
      SELECT w.queue, w.lane, w.room, w.idempotent, m.effect IS NOT NULL AS limited, m.per_ms, x.version,
             least(w.room,
                   m.concurrency - (SELECT count(*) FROM perdure.errands g WHERE g.lane = w.lane AND g.worker IS NOT NULL AND NOT g.doubt),
                   m.rate - s.n)::int AS n,
             CASE WHEN m.rate <= s.n THEN s.first + m.per_ms - ${NOW_MS} END AS in_ms
      FROM wanted w
      LEFT JOIN perdure.limits m ON m.effect = w.effect
      LEFT JOIN perdure.lanes x ON x.lane = w.lane
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(u.n), 0) AS n, min(u.at) AS first FROM unnest(x.spent_at, x.spent) AS u (at, n) WHERE u.at > ${NOW_MS} - m.per_ms
      ) s
    ), made AS (
      INSERT INTO perdure.lanes (lane) SELECT DISTINCT lane FROM facts WHERE limited AND version IS NULL ORDER BY lane ON CONFLICT DO NOTHING
    ), held AS MATERIALIZED (
      SELECT x.lane, x.version FROM perdure.lanes x WHERE x.lane IN (SELECT lane FROM facts WHERE limited AND n > 0)
      ORDER BY x.lane FOR UPDATE SKIP LOCKED
    ), free AS MATERIALIZED (
      SELECT f.* FROM facts f LEFT JOIN held h ON h.lane = f.lane WHERE f.n > 0 AND (NOT f.limited OR h.version = f.version)
    ), pick AS MATERIALIZED (
      SELECT p.uid, p.request, p.lane, p.idempotent, p.limited, p.per_ms,
             EXISTS (SELECT 1 FROM perdure.runs r WHERE r.uid = p.uid AND r.status IN ${OPEN}) AS is_wanted
      FROM (
        SELECT t.uid, t.request, f.lane, f.idempotent, f.limited, f.per_ms, f.room, f.n,
               row_number() OVER (PARTITION BY f.queue ORDER BY t.priority DESC, t.asked_at, t.uid, t.request) AS place,
               -- of two queues that a lane is in while versions change
               row_number() OVER (PARTITION BY f.lane ORDER BY t.priority DESC, t.asked_at, t.uid, t.request) AS lane_place
        FROM free f CROSS JOIN LATERAL (
          SELECT o.uid, o.request, o.priority, o.asked_at FROM perdure.errands o
          WHERE o.queue = f.queue AND o.lane = f.lane AND o.worker IS NULL AND NOT o.doubt AND o.ready_at <= now()
          ORDER BY o.priority DESC, o.asked_at, o.uid, o.request
          LIMIT f.n
          FOR UPDATE SKIP LOCKED
        ) t
      ) p
      WHERE p.place <= p.room AND p.lane_place <= p.n
    ), unwanted AS (
      -- put in the very moment in which its run ended
      DELETE FROM perdure.errands t USING pick p WHERE t.uid = p.uid AND t.request = p.request AND NOT p.is_wanted RETURNING 1
    ), moment AS MATERIALIZED (
      SELECT clock_timestamp() AS at, count(*) FROM pick
    ), granted AS (
      UPDATE perdure.errands t SET worker = $1, granted_at = m.at, began_at = coalesce(t.began_at, m.at), idempotent = p.idempotent
      FROM pick p, moment m
      WHERE t.uid = p.uid AND t.request = p.request AND p.is_wanted
      RETURNING t.uid, t.request, t.attempt, t.run, t.effect, t.queue, t.args::text AS args, t.asked_at, t.began_at, t.priority
    ), claimed AS (
      INSERT INTO perdure.claims AS c (uid, request, attempt, worker, at, granted)
      SELECT g.uid, g.request, g.attempt, $1, m.at, true FROM granted g, moment m
      ORDER BY g.uid, g.request
      ON CONFLICT (uid, request, attempt) DO UPDATE SET worker = excluded.worker, at = excluded.at, granted = true
    ), fresh AS (
      SELECT p.lane, p.per_ms, count(*) AS n FROM pick p WHERE p.limited GROUP BY p.lane, p.per_ms
    ), spent AS (
      SELECT e.lane, array_agg(e.at ORDER BY e.at) AS at, array_agg(e.n ORDER BY e.at) AS n
      FROM (
        SELECT u.lane, max(u.at) AS at, sum(u.n)::bigint AS n
        FROM (
          SELECT f.lane, f.per_ms, s.at, s.n
          FROM fresh f JOIN perdure.lanes x ON x.lane = f.lane CROSS JOIN LATERAL unnest(x.spent_at, x.spent) AS s (at, n)
          WHERE s.at > ${NOW_MS} - f.per_ms
          UNION ALL
          SELECT f.lane, f.per_ms, extract(epoch FROM m.at) * 1000, f.n FROM fresh f, moment m WHERE f.per_ms IS NOT NULL
        ) u
        GROUP BY u.lane, floor(u.at / (u.per_ms / ${PARTS}))
      ) e
      GROUP BY e.lane
    ), counted AS (
      UPDATE perdure.lanes x
      SET version = x.version + 1, spent_at = coalesce(s.at, '{}'), spent = coalesce(s.n, '{}'), used_at = clock_timestamp()
      FROM fresh f LEFT JOIN spent s ON s.lane = f.lane
      WHERE x.lane = f.lane
    )
    SELECT EXISTS (SELECT 1 FROM facts f WHERE f.n > 0 AND NOT EXISTS (SELECT 1 FROM free o WHERE o.queue = f.queue AND o.lane = f.lane))
             OR EXISTS (SELECT 1 FROM unwanted) AS again,
           least((SELECT min(in_ms) FROM facts),
                 (SELECT extract(epoch FROM t.ready_at - now()) * 1000 FROM perdure.errands t
                  WHERE t.worker IS NULL AND NOT t.doubt AND t.ready_at > now() AND t.queue = ANY ($2::text[])
                  ORDER BY t.ready_at LIMIT 1)) AS in_ms,
           g.uid, g.request, g.attempt, g.run, g.effect, g.queue, g.args,
           extract(epoch FROM g.asked_at) * 1000 AS asked_ms, extract(epoch FROM g.began_at) * 1000 AS began_ms,
           (SELECT c.heartbeat::text FROM perdure.claims c
            WHERE c.uid = g.uid AND c.request = g.request AND c.heartbeat IS NOT NULL ORDER BY c.attempt DESC LIMIT 1) AS heartbeat
    FROM (SELECT 1) one LEFT JOIN granted g ON true
    ORDER BY g.priority DESC, g.asked_at, g.uid, g.request`,
};

/**
 * Takes doubts to find out about them: those that no code has left to a person. Values: worker, arrays of queue and effect,
 * how many. Rows as for a grant.
 */
export const takeDoubts: Statement = {
  name: 'perdure_take_doubts',
  text: `
    WITH pick AS MATERIALIZED (
      SELECT t.uid, t.request FROM perdure.errands t
      WHERE t.doubt AND t.worker IS NULL AND t.ready_at <= now() AND t.queue = ANY ($2::text[])
        AND EXISTS (SELECT 1 FROM unnest($2::text[], $3::text[]) AS s (queue, effect)
                    WHERE s.queue = t.queue AND s.effect IN (t.effect, split_part(t.effect, '#', 2)))
        AND EXISTS (SELECT 1 FROM perdure.claims c
                    WHERE c.uid = t.uid AND c.request = t.request AND c.attempt = t.attempt AND c.doubt IS NOT NULL AND NOT c.to_person)
        AND EXISTS (SELECT 1 FROM perdure.workers w WHERE w.id = $1)
      ORDER BY t.ready_at LIMIT $4 FOR UPDATE OF t SKIP LOCKED
    )
    UPDATE perdure.errands t SET worker = $1 FROM pick p WHERE t.uid = p.uid AND t.request = p.request
    RETURNING t.uid, t.request, t.attempt, t.run, t.effect, t.queue, t.args::text AS args, extract(epoch FROM t.asked_at) * 1000 AS asked_ms,
              extract(epoch FROM coalesce(t.began_at, t.asked_at)) * 1000 AS began_ms, NULL AS heartbeat`,
};

/**
 * What the limits of effects are from now on. Values: arrays of effect, how many at once, how many within a time, that time in ms;
 * null where there is no such limit.
 */
export const putLimits: Statement = {
  name: 'perdure_put_limits',
  text: `
    WITH input AS MATERIALIZED (
      SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::double precision[]) AS i (effect, concurrency, rate, per_ms)
    ), lifted AS (
      DELETE FROM perdure.limits l USING input i WHERE l.effect = i.effect AND i.concurrency IS NULL AND i.rate IS NULL
    )
    INSERT INTO perdure.limits AS l (effect, concurrency, rate, per_ms)
    SELECT i.effect, i.concurrency, i.rate, i.per_ms FROM input i WHERE i.concurrency IS NOT NULL OR i.rate IS NOT NULL ORDER BY i.effect
    ON CONFLICT (effect) DO UPDATE SET concurrency = excluded.concurrency, rate = excluded.rate, per_ms = excluded.per_ms
    WHERE (l.concurrency, l.rate, l.per_ms) IS DISTINCT FROM (excluded.concurrency, excluded.rate, excluded.per_ms)`,
};

/** Forgets lanes in which nothing waits and nothing counts. A lane that is needed again is made again. Values: ms since its last grant. */
export const forgetLanes: Statement = {
  name: 'perdure_forget_lanes',
  text: `
    DELETE FROM perdure.lanes x
    WHERE x.used_at < clock_timestamp() - $1::double precision * interval '1 ms'
      AND NOT EXISTS (SELECT 1 FROM unnest(x.spent_at) AS s (at), perdure.limits m
                      WHERE s.at > extract(epoch FROM clock_timestamp()) * 1000 - m.per_ms)
      AND NOT EXISTS (SELECT 1 FROM perdure.errands t WHERE t.lane = x.lane)`,
};
