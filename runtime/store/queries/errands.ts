/**
 * Errands: calls of effects that wait until they may be made, and what has come of them.
 *
 * An errand is put there by the worker that holds the run, granted by `grants.ts`, and gone in the very statement that puts the
 * outcome into the run's inbox. An errand is only put there by a worker that has seen all of that, and where no such attempt is
 * claimed: a statement that happens long after its sender was told that the connection broke puts nothing back.
 *
 * Whoever locks several rows locks the run, then its errands, then its claims. A statement that has waited for a lock goes on with the
 * snapshot it began with: what it decides by, it reads as it locks it.
 */
import type { Statement } from '../sql.ts';
import { OPEN } from './open-runs.ts';
import { idOf } from './run-id.ts';
import { WAKE_AT } from './send-message.ts';

/**
 * Puts calls where they wait. Values: arrays of uid, request, attempt, effect, args, when it was asked for in ms since 1970, queue,
 * lane, the inbox number seen, worker. Rows: the runs that the worker holds, and of whose inbox it has seen all.
 */
export const putErrands: Statement = {
  name: 'perdure_put_errands',
  text: `
    WITH input AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::double precision[], $7::text[], $8::text[],
                           $9::bigint[], $10::text[])
        AS i (uid, request, attempt, effect, args, asked, queue, lane, mail, worker)
    ), run AS MATERIALIZED (
      SELECT r.uid, ${idOf('r')} AS id, r.priority FROM perdure.runs r
      WHERE r.status = 'running' AND EXISTS (SELECT 1 FROM input i WHERE i.uid = r.uid AND i.worker = r.worker AND i.mail = r.mail)
      ORDER BY r.uid FOR SHARE
    ), put AS (
      INSERT INTO perdure.errands (uid, request, attempt, run, effect, args, asked_at, ready_at, queue, lane, priority)
      SELECT i.uid, i.request, i.attempt, r.id, i.effect, i.args::json, to_timestamp(i.asked / 1000),
             least(to_timestamp(i.asked / 1000), clock_timestamp()), i.queue, i.lane, r.priority
      FROM input i JOIN run r ON r.uid = i.uid
      WHERE NOT EXISTS (SELECT 1 FROM perdure.claims c WHERE c.uid = i.uid AND c.request = i.request AND c.attempt >= i.attempt)
      ORDER BY i.uid, i.request
      ON CONFLICT DO NOTHING
    ), laned AS (
      -- so that a grant finds it, and can lock it
      INSERT INTO perdure.lanes (lane)
      SELECT DISTINCT i.lane FROM input i JOIN run r ON r.uid = i.uid JOIN perdure.limits m ON m.effect = i.effect
      WHERE NOT EXISTS (SELECT 1 FROM perdure.lanes x WHERE x.lane = i.lane)
      ORDER BY i.lane
      ON CONFLICT DO NOTHING
    )
    SELECT uid FROM run`,
};

/**
 * The next attempt at one in doubt, which is so no longer. Values: uid, request, the attempt in doubt, the worker that holds the run.
 * `became`: 'waiting', or 'none' if no such errand is in doubt. No row: the worker does not hold the run.
 */
export const repeatErrand: Statement = {
  name: 'perdure_repeat_errand',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $4 AND status = 'running' FOR SHARE
    ), freed AS (
      UPDATE perdure.errands t
      SET attempt = t.attempt + 1, worker = NULL, granted_at = NULL, doubt = false, told = false, ready_at = clock_timestamp()
      FROM run WHERE t.uid = run.uid AND t.request = $2 AND t.attempt = $3 AND t.doubt
      RETURNING t.uid, t.request
    ), decided AS (
      UPDATE perdure.claims c SET doubt = NULL FROM freed f WHERE c.uid = f.uid AND c.request = f.request AND c.doubt IS NOT NULL
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM freed) THEN 'waiting' ELSE 'none' END AS became FROM run`,
};

/**
 * The run does not want these any more, because it is cancelled: what has not begun is gone, what is under way is told to stop. Values:
 * uid, requests, the worker that holds the run. No rows: it does not. `became`: 'ended' (the inbox has how), 'told', 'none' (there is
 * no errand), 'ending' (none any more, and its outcome is in the inbox), 'again' (it is being granted).
 */
export const withdrawErrands: Statement = {
  name: 'perdure_withdraw_errands',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $3 AND status = 'running' FOR UPDATE
    ), gone AS (
      DELETE FROM perdure.errands t USING run WHERE t.uid = run.uid AND t.request = ANY ($2::bigint[]) AND (t.worker IS NULL OR t.doubt)
      RETURNING t.uid, t.request, t.attempt, t.doubt
    ), told AS (
      UPDATE perdure.errands t SET told = true FROM run
      WHERE t.uid = run.uid AND t.request = ANY ($2::bigint[]) AND t.worker IS NOT NULL AND NOT t.doubt
      RETURNING t.request
    ), known AS MATERIALIZED (
      SELECT run.uid, i.request,
             EXISTS (SELECT 1 FROM perdure.errands t WHERE t.uid = run.uid AND t.request = i.request) AS is_errand,
             (SELECT bool_or(c.granted AND c.doubt IS NULL) FROM perdure.claims c WHERE c.uid = run.uid AND c.request = i.request) AS is_granted
      FROM run CROSS JOIN unnest($2::bigint[]) AS i (request)
    ), ended AS MATERIALIZED (
      SELECT e.uid, e.request, e.entry, row_number() OVER (ORDER BY e.request) AS place
      FROM (
        SELECT g.uid, g.request,
               CASE WHEN c.failure IS NULL THEN json_build_object('aborted', g.request, 'begun', g.doubt OR g.attempt > 1)
                    ELSE json_build_object('failure', g.request, 'error', c.failure) END AS entry
        FROM gone g LEFT JOIN perdure.claims c ON c.uid = g.uid AND c.request = g.request AND c.attempt = g.attempt - 1 AND NOT g.doubt
        UNION ALL
        SELECT uid, request, json_build_object('aborted', request, 'begun', false) FROM known
        WHERE NOT is_errand AND is_granted IS NULL
      ) e
    ), sent AS (
      UPDATE perdure.runs r SET mail = mail + e.count, wake_at = ${WAKE_AT}
      FROM (SELECT uid, count(*) AS count FROM ended GROUP BY uid) e WHERE r.uid = e.uid
      RETURNING r.uid, r.mail - e.count AS before
    ), put AS (
      INSERT INTO perdure.inbox (uid, n, entry) SELECT s.uid, s.before + e.place, e.entry FROM sent s JOIN ended e ON e.uid = s.uid
    )
    SELECT request, CASE WHEN request IN (SELECT request FROM ended) THEN 'ended' WHEN request IN (SELECT request FROM told) THEN 'told'
                         WHEN is_errand THEN 'again' WHEN is_granted THEN 'ending' ELSE 'none' END AS became
    FROM known`,
};

/**
 * What has come of an attempt, whoever has the errand by now: it happened, so no other is to be made. A failure counts only where no
 * other attempt is on its way. Values: uid, request, attempt, entry, whether it is a failure. A row if it counts.
 */
export const finishErrand: Statement = {
  name: 'perdure_finish_errand',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid, status FROM perdure.runs WHERE uid = $1 FOR UPDATE
    ), errand AS MATERIALIZED (
      -- as it is after what was under way, such as the next attempt of a worker that was thought gone
      SELECT t.attempt FROM perdure.errands t WHERE t.uid = $1 AND t.request = $2 AND (SELECT count(*) FROM run) >= 0 FOR UPDATE
    ), counts AS MATERIALIZED (
      SELECT (SELECT status FROM run) AS status WHERE NOT ($5::boolean AND EXISTS (SELECT 1 FROM errand WHERE attempt > $3::int))
    ), gone AS (
      DELETE FROM perdure.errands t USING counts WHERE t.uid = $1 AND t.request = $2
    ), sent AS (
      UPDATE perdure.runs r SET mail = r.mail + 1, wake_at = CASE r.status WHEN 'running' THEN least(r.wake_at, now()) ELSE r.wake_at END
      FROM counts WHERE r.uid = $1 AND counts.status IN ${OPEN}
      RETURNING r.uid, r.mail
    ), put AS (
      INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $4::json FROM sent
    )
    SELECT 1 FROM counts`,
};

/**
 * The result of an attempt that is a transaction, from inside it: the last statement before its COMMIT. Values: uid, request,
 * attempt, worker, entry. No row: it is not this worker's any more, or the run is over.
 */
export const finishErrandInside: Statement = {
  name: 'perdure_finish_errand_inside',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND status IN ${OPEN} FOR UPDATE
    ), gone AS (
      DELETE FROM perdure.errands t USING run WHERE t.uid = run.uid AND t.request = $2 AND t.attempt = $3 AND t.worker = $4 RETURNING t.uid
    ), sent AS (
      UPDATE perdure.runs r SET mail = mail + 1, wake_at = ${WAKE_AT} FROM gone WHERE r.uid = gone.uid RETURNING r.uid, r.mail
    )
    INSERT INTO perdure.inbox (uid, n, entry) SELECT uid, mail, $5::json FROM sent
    RETURNING n, pg_current_xact_id()::text AS transaction, set_config('idle_in_transaction_session_timeout', '10s', true)`,
};

/** The errand of an attempt that a worker makes, as it is after what was under way: it may just have been told to stop. */
const MINE = `
    mine AS MATERIALIZED (
      SELECT t.uid, t.request, t.told FROM perdure.errands t
      WHERE t.uid = $1 AND t.request = $2 AND t.attempt = $3 AND t.worker = $4 AND NOT t.doubt FOR UPDATE
    )`;

/**
 * An attempt has failed, and another follows after a pause, for which it holds no grant. Values: uid, request, attempt, worker, the
 * error, the pause in ms. `became`: 'waiting', 'told' (to stop: so the failure counts), 'lost' (it is not this worker's).
 */
export const retryErrand: Statement = {
  name: 'perdure_retry_errand',
  text: `
    WITH ${MINE}, freed AS (
      UPDATE perdure.errands t
      SET attempt = t.attempt + 1, worker = NULL, granted_at = NULL, ready_at = clock_timestamp() + $6::double precision * interval '1 ms'
      FROM mine WHERE t.uid = mine.uid AND t.request = mine.request AND NOT mine.told
      RETURNING t.uid, t.request, t.ready_at
    ), noted AS (
      UPDATE perdure.claims c SET failure = $5::json, doubt = NULL, retry_at = f.ready_at
      FROM freed f WHERE c.uid = f.uid AND c.request = f.request AND c.attempt = $3
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM freed) THEN 'waiting' WHEN EXISTS (SELECT 1 FROM mine) THEN 'told' ELSE 'lost' END AS became`,
};

/** Nobody knows whether an attempt has happened. Values: uid, request, attempt, worker. `became`: 'doubtful', 'told' or 'lost'. */
export const doubtErrand: Statement = {
  name: 'perdure_doubt_errand',
  text: `
    WITH ${MINE}, freed AS (
      UPDATE perdure.errands t SET worker = NULL, granted_at = NULL, doubt = true, ready_at = clock_timestamp()
      FROM mine WHERE t.uid = mine.uid AND t.request = mine.request AND NOT mine.told
      RETURNING t.uid, t.request
    ), marked AS (
      UPDATE perdure.claims c SET doubt = coalesce(c.doubt, clock_timestamp())
      FROM freed f WHERE c.uid = f.uid AND c.request = f.request AND c.attempt = $3
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM freed) THEN 'doubtful' WHEN EXISTS (SELECT 1 FROM mine) THEN 'told' ELSE 'lost' END AS became`,
};

/**
 * Of a run that was terminated nothing is begun any more, and what is under way is told to stop. In a statement of its own: what was put
 * or granted while the run was terminated is committed by now, and so is seen. Values: uid.
 */
export const dropErrands: Statement = {
  name: 'perdure_drop_errands',
  text: `
    WITH mine AS MATERIALIZED (
      SELECT t.uid, t.request, t.worker IS NULL OR t.doubt AS waits
      FROM perdure.runs r JOIN perdure.errands t ON t.uid = r.uid WHERE r.uid = $1 AND r.status = 'terminated'
      ORDER BY t.request FOR UPDATE OF t
    ), dropped AS (
      DELETE FROM perdure.errands t USING mine m WHERE t.uid = m.uid AND t.request = m.request AND m.waits
    ), told AS (
      UPDATE perdure.errands t SET told = true FROM mine m WHERE t.uid = m.uid AND t.request = m.request AND NOT m.waits
    )
    DELETE FROM perdure.claims c USING perdure.runs r
    WHERE c.uid = $1 AND r.uid = $1 AND r.status = 'terminated' AND (SELECT count(*) FROM mine) >= 0`,
};

/**
 * Workers that are gone and have something still. A row may be granted anew between this statement's snapshot and its lock on the row: then the
 * condition is tested again for what the row is now, but not a join. So who is gone is a list, and names are never given twice.
 */
const DEAD = `
    dead AS MATERIALIZED (
      SELECT DISTINCT t.worker AS id FROM perdure.errands t
      WHERE t.worker IS NOT NULL AND NOT EXISTS (SELECT 1 FROM perdure.workers w WHERE w.id = t.worker)
    )`;

/**
 * Frees what workers had that are gone: an idempotent attempt is made again after a pause, another is in doubt, and so is one of which too many
 * were lost since the last that failed. One that was told to stop is returned, for its run to hear of it. Doubts that somebody has decided are no
 * errands any more. Values: the longest pause in ms by how many were lost, from 0; of more, none is made again.
 */
export const freeErrands: Statement = {
  name: 'perdure_free_errands',
  text: `
    WITH ${DEAD}, held AS MATERIALIZED (
      SELECT t.uid, t.request, t.attempt, t.idempotent, t.doubt, t.told FROM perdure.errands t
      WHERE t.worker IS NOT NULL AND t.worker = ANY (ARRAY(SELECT id FROM dead))
      ORDER BY t.uid, t.request FOR UPDATE OF t SKIP LOCKED
    ), lost AS MATERIALIZED (
      SELECT h.*, CASE WHEN h.idempotent AND NOT h.doubt THEN (
        SELECT ($1::double precision[])[1 + count(*)] FROM perdure.claims c JOIN perdure.former_workers w ON w.id = c.worker AND w.buried
        WHERE c.uid = h.uid AND c.request = h.request AND c.attempt > (
          SELECT coalesce(max(f.attempt), 0) FROM perdure.claims f WHERE f.uid = h.uid AND f.request = h.request AND f.failure IS NOT NULL)) END AS pause
      FROM held h
    ), freed AS (
      UPDATE perdure.errands t
      SET worker = NULL, granted_at = NULL, doubt = l.pause IS NULL, attempt = t.attempt + CASE WHEN l.pause IS NULL THEN 0 ELSE 1 END,
          ready_at = clock_timestamp() + coalesce(l.pause, 0) * random() * interval '1 ms'
      FROM lost l WHERE t.uid = l.uid AND t.request = l.request AND NOT (l.told AND NOT l.doubt)
    ), marked AS (
      UPDATE perdure.claims c SET doubt = coalesce(c.doubt, clock_timestamp())
      FROM lost l
      WHERE c.uid = l.uid AND c.request = l.request AND c.attempt = l.attempt AND l.pause IS NULL AND NOT l.doubt AND NOT l.told
    ), decided AS (
      DELETE FROM perdure.errands t
      WHERE t.doubt AND NOT EXISTS (
        SELECT 1 FROM perdure.claims c WHERE c.uid = t.uid AND c.request = t.request AND c.attempt = t.attempt AND c.doubt IS NOT NULL)
    )
    SELECT uid, request, attempt FROM lost WHERE told AND NOT doubt`,
};

/** When it was granted, in µs since 1970: names a grant. */
const MOMENT = `(extract(epoch FROM t.granted_at) * 1000000)::bigint`;

/** What a worker has, and what it was told of that. Values: worker. */
export const errandsOfWorker: Statement = {
  name: 'perdure_errands_of_worker',
  text: `
    SELECT uid, request, attempt, doubt, told, ${MOMENT} AS granted,
           (SELECT r.status = 'terminated' FROM perdure.runs r WHERE r.uid = t.uid) AS terminated
    FROM perdure.errands t WHERE worker = $1`,
};

/**
 * Gives back what a worker was granted and has not begun; but not what was told to stop meanwhile, which its worker answers. A statement
 * may happen long after its sender was told that the connection broke: by then the same attempt may have been granted to the same worker
 * anew, and be under way. So the grant is named. Values: worker, arrays of uid, request, attempt, grant.
 */
export const returnErrands: Statement = {
  name: 'perdure_return_errands',
  text: `
    WITH freed AS (
      UPDATE perdure.errands t SET worker = NULL, granted_at = NULL
      FROM unnest($2::uuid[], $3::bigint[], $4::int[], $5::bigint[]) AS i (uid, request, attempt, granted)
      WHERE t.uid = i.uid AND t.request = i.request AND t.attempt = i.attempt AND t.worker = $1 AND NOT t.told
        AND ${MOMENT} IS NOT DISTINCT FROM i.granted
      RETURNING t.uid, t.request, t.attempt, t.doubt
    )
    DELETE FROM perdure.claims c USING freed f
    WHERE c.uid = f.uid AND c.request = f.request AND c.attempt = f.attempt AND c.worker = $1 AND NOT f.doubt`,
};

/** The errands of a run, for people: how many go before one that waits, and whether anybody serves its queue. Values: uid. */
export const errandsOfRun: Statement = {
  name: 'perdure_errands_of_run',
  text: `
    SELECT t.request, t.attempt, t.queue, t.worker, t.doubt, extract(epoch FROM t.ready_at) * 1000 AS ready_ms,
           extract(epoch FROM coalesce(t.granted_at, clock_timestamp()) - greatest(t.asked_at, t.ready_at)) * 1000 AS waiting_ms,
           CASE WHEN t.worker IS NULL AND NOT t.doubt THEN
             (SELECT count(*) FROM perdure.errands o
              WHERE o.worker IS NULL AND NOT o.doubt AND o.queue = t.queue AND o.lane = t.lane AND o.priority >= t.priority
                AND (o.priority > t.priority OR (o.ready_at, o.uid, o.request) < (t.ready_at, t.uid, t.request))) END AS ahead,
           t.queue = '' OR EXISTS (SELECT 1 FROM perdure.workers w WHERE t.queue = ANY (w.serves)) AS served,
           m.concurrency, m.rate, m.per_ms
    FROM perdure.errands t LEFT JOIN perdure.limits m ON m.effect = t.effect
    WHERE t.uid = $1 ORDER BY t.request`,
};
