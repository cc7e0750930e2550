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
import { arrayValue } from './array-value.ts';
import { OPEN } from './open-runs.ts';

/** In how many parts a time is remembered at the most. */
export const PARTS = 100;

const NOW_MS = `extract(epoch FROM now()) * 1000`;

/** Of what of the rate of lane `x` is spent, by the limit of `of`. */
const spent = (what: string, of: string): string =>
  `(SELECT coalesce(${what}, 0) FROM unnest(x.spent_at, x.spent) AS u (at, n) WHERE u.at > ${NOW_MS} - ${of}.per_ms)`;

/** Those of a queue in the order in which they are granted. Apart, so that no more of them are looked at than are needed. */
const inOrder = (table: string, which = 'true'): string =>
  `SELECT * FROM ${table} o WHERE o.queue = q.queue AND ${which} ORDER BY o.priority DESC, o.ready_at, o.uid, o.request OFFSET 0`;

/** Of effects without limits, so many more are looked at than there is room for: others may just be taking the first. */
const SPARE = 100;

/**
 * Values: worker, and arrays of what it serves: queue, effect (its id, or its name within its module), room for the queue,
 * whether it may be made again. Rows: what is granted, and with each of them, or alone: whether to look `again` at once, and in how many
 * ms there may be more.
 */
export const grantErrands: Statement = {
  name: 'perdure_grant_errands',
  text: `
    WITH RECURSIVE served AS MATERIALIZED (
      SELECT * FROM unnest(${arrayValue(2, 'text')}, ${arrayValue(3, 'text')}, ${arrayValue(4, 'int')}, ${arrayValue(5, 'boolean')})
        AS s (queue, effect, room, idempotent)
    ), open AS MATERIALIZED (
      SELECT queue, max(room) AS room FROM served WHERE room > 0 AND EXISTS (SELECT 1 FROM perdure.workers w WHERE w.id = $1) GROUP BY queue
    ), head AS (
      -- the first of each lane and priority: one step in the index for each
      SELECT n.* FROM open q CROSS JOIN LATERAL (
        SELECT t.queue, t.lane, t.priority, t.effect, t.ready_at, t.uid, t.request FROM perdure.errands t
        WHERE t.worker IS NULL AND NOT t.doubt AND t.queue = q.queue
        ORDER BY t.lane, t.priority, t.ready_at, t.uid, t.request LIMIT 1
      ) n
      UNION ALL
      SELECT n.* FROM head h CROSS JOIN LATERAL (
        SELECT t.queue, t.lane, t.priority, t.effect, t.ready_at, t.uid, t.request FROM perdure.errands t
        WHERE t.worker IS NULL AND NOT t.doubt AND t.queue = h.queue AND (t.lane, t.priority) > (h.lane, h.priority)
        ORDER BY t.lane, t.priority, t.ready_at, t.uid, t.request LIMIT 1
      ) n
    ), kind AS MATERIALIZED (
      -- an effect that is served by its id and by its name is served by its id
      SELECT DISTINCT ON (e.queue, e.effect) e.queue, e.effect, s.idempotent, m.effect IS NOT NULL AS limited, m.concurrency, m.rate, m.per_ms
      FROM (SELECT DISTINCT queue, effect FROM head) e
      JOIN served s ON s.queue = e.queue AND s.effect IN (e.effect, split_part(e.effect, '#', 2))
      LEFT JOIN perdure.limits m ON m.effect = e.effect
      ORDER BY e.queue, e.effect, s.effect = e.effect DESC
    ), wanted AS MATERIALIZED (
      SELECT * FROM head JOIN kind USING (queue, effect)
    ), facts AS MATERIALIZED (
      -- whatever is granted is in one of the first lanes that may have more, as many as there is room for: no others are counted and locked
      -- (measured at 20,000 that wait under 5,000 keys, with room for 20: 65 ms, most of it the walk by heads; 7 s with all lanes)
      SELECT f.* FROM open q CROSS JOIN LATERAL (
        SELECT h.queue, h.lane, h.priority, h.idempotent, true AS limited, h.per_ms, x.version, c.n
        FROM (${inOrder('wanted', 'o.limited AND o.ready_at <= now()')}) h
        LEFT JOIN LATERAL (SELECT * FROM perdure.lanes x WHERE x.lane = h.lane OFFSET 0) x ON true
        CROSS JOIN LATERAL (
          SELECT least(q.room,
                       CASE WHEN h.concurrency IS NOT NULL THEN h.concurrency - (
                         SELECT count(*) FROM perdure.errands g WHERE g.lane = h.lane AND g.worker IS NOT NULL AND NOT g.doubt) END,
                       CASE WHEN h.rate IS NOT NULL THEN h.rate - ${spent('sum(u.n)', 'h')} END)::int AS n
          OFFSET 0
        ) c
        WHERE c.n > 0
        LIMIT q.room
      ) f
      UNION ALL
      SELECT f.* FROM open q CROSS JOIN LATERAL (
        SELECT h.queue, h.lane, h.priority, h.idempotent, false, NULL::double precision, NULL::bigint, q.room
        FROM (${inOrder('wanted', 'NOT o.limited AND o.ready_at <= now()')}) h
        LIMIT q.room + ${SPARE}
      ) f
    ), made AS (
      INSERT INTO perdure.lanes (lane) SELECT DISTINCT lane FROM facts WHERE limited AND version IS NULL ORDER BY lane ON CONFLICT DO NOTHING
    ), held AS MATERIALIZED (
      SELECT x.lane, x.version FROM perdure.lanes x WHERE x.lane IN (SELECT lane FROM facts WHERE limited) ORDER BY x.lane FOR UPDATE SKIP LOCKED
    ), free AS MATERIALIZED (
      SELECT f.* FROM facts f LEFT JOIN held h ON h.lane = f.lane WHERE NOT f.limited OR h.version = f.version
    ), first AS MATERIALIZED (
      SELECT t.*
      FROM (
        SELECT f.queue, f.lane, f.idempotent, f.limited, f.per_ms, f.n, o.*,
               row_number() OVER (PARTITION BY f.lane ORDER BY o.priority DESC, o.ready_at, o.uid, o.request) AS place
        FROM free f CROSS JOIN LATERAL (
          SELECT o.uid, o.request, o.priority, o.ready_at FROM perdure.errands o
          WHERE o.queue = f.queue AND o.lane = f.lane AND o.priority = f.priority AND o.worker IS NULL AND NOT o.doubt AND o.ready_at <= now()
          ORDER BY o.ready_at, o.uid, o.request
          LIMIT f.n + CASE WHEN f.limited THEN 0 ELSE ${SPARE} END
        ) o
      ) t
      WHERE NOT t.limited OR t.place <= t.n
    ), pick AS MATERIALIZED (
      -- a lookup for each: of EXISTS the planner may make a hash of all runs that are open
      SELECT p.*, coalesce((SELECT r.status IN ${OPEN} FROM perdure.runs r WHERE r.uid = p.uid), false) AS is_wanted
      FROM open q CROSS JOIN LATERAL (
        -- locked one by one, until there is no more room
        SELECT t.uid, t.request, o.queue, o.lane, o.idempotent, o.limited, o.per_ms
        FROM (${inOrder('first')}) o
        CROSS JOIN LATERAL (
          SELECT t.uid, t.request FROM perdure.errands t
          WHERE t.queue = o.queue AND t.lane = o.lane AND t.priority = o.priority AND t.ready_at = o.ready_at -- the whole key of the index
            AND t.uid = o.uid AND t.request = o.request AND t.worker IS NULL AND NOT t.doubt FOR UPDATE SKIP LOCKED
        ) t
        LIMIT q.room
      ) p
    ), unwanted AS (
      -- put in the very moment in which its run ended
      DELETE FROM perdure.errands t USING pick p WHERE t.uid = p.uid AND t.request = p.request AND NOT p.is_wanted RETURNING 1
    ), moment AS MATERIALIZED (
      SELECT clock_timestamp() AS at, count(*) FROM pick
    ), granted AS (
      UPDATE perdure.errands t SET worker = $1, granted_at = m.at, began_at = coalesce(t.began_at, m.at), idempotent = p.idempotent
      FROM pick p, moment m
      WHERE t.uid = p.uid AND t.request = p.request AND p.is_wanted
      RETURNING t.uid, t.request, t.attempt, t.run, t.effect, t.queue, t.args::text AS args, t.asked_at, t.began_at, t.priority, t.ready_at
    ), claimed AS (
      INSERT INTO perdure.claims AS c (uid, request, attempt, worker, at, granted)
      SELECT g.uid, g.request, g.attempt, $1, m.at, true FROM granted g, moment m
      ORDER BY g.uid, g.request
      ON CONFLICT (uid, request, attempt) DO UPDATE SET worker = excluded.worker, at = excluded.at, granted = true
    ), fresh AS (
      SELECT p.lane, p.per_ms, count(*) AS n FROM pick p WHERE p.limited AND p.is_wanted GROUP BY p.lane, p.per_ms
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
    SELECT EXISTS (SELECT 1 FROM facts f WHERE NOT EXISTS (SELECT 1 FROM free o WHERE o.queue = f.queue AND o.lane = f.lane AND o.priority = f.priority))
             OR EXISTS (SELECT 1 FROM open q WHERE (SELECT count(*) FROM pick p WHERE p.queue = q.queue)
                                                   < least(q.room, (SELECT count(*) FROM first o WHERE o.queue = q.queue)))
             OR EXISTS (SELECT 1 FROM unwanted) AS again,
           least((SELECT extract(epoch FROM min(w.ready_at) - now()) * 1000 FROM wanted w WHERE w.ready_at > now()),
                 -- of lanes that were passed over: where there is no room left, none need be looked for
                 CASE WHEN EXISTS (SELECT 1 FROM open q WHERE q.room > (SELECT count(*) FROM facts f WHERE f.queue = q.queue)) THEN (
                   SELECT min(s.first + w.per_ms - ${NOW_MS})
                   FROM wanted w JOIN perdure.lanes x ON x.lane = w.lane
                   CROSS JOIN LATERAL (SELECT ${spent('sum(u.n)', 'w')} AS n, ${spent('min(u.at)', 'w')} AS first OFFSET 0) s
                   WHERE w.rate <= s.n) END) AS in_ms,
           g.uid, g.request, g.attempt, g.run, g.effect, g.queue, g.args,
           extract(epoch FROM g.asked_at) * 1000 AS asked_ms, extract(epoch FROM g.began_at) * 1000 AS began_ms,
           (SELECT c.heartbeat::text FROM perdure.claims c
            WHERE c.uid = g.uid AND c.request = g.request AND c.heartbeat IS NOT NULL ORDER BY c.attempt DESC LIMIT 1) AS heartbeat
    FROM (SELECT 1) one LEFT JOIN granted g ON true
    ORDER BY g.priority DESC, g.ready_at, g.uid, g.request`,
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
