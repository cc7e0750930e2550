/**
 * Workers and their leases, by the database's clock.
 */
import type { Statement } from '../sql.ts';

/** Values: id, host, boot id, pid, start time, lease in ms, the queues that it serves. A row: how many ms ago a worker was buried last. */
export const registerWorker: Statement = {
  name: 'perdure_register_worker',
  text: `
    INSERT INTO perdure.workers (id, host, boot, pid, started, lease_until, serves)
    VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::double precision * interval '1 ms', $7::text[])
    RETURNING (SELECT extract(epoch FROM clock_timestamp() - max(gone_at)) * 1000 FROM perdure.former_workers WHERE buried) AS ago_ms`,
};

/**
 * Values: id, lease in ms. No row: others think that this worker is gone. With it, what the worker holds: how many runs,
 * and how much has arrived for them in all.
 */
export const renewLease: Statement = {
  name: 'perdure_renew_lease',
  text: `
    UPDATE perdure.workers SET lease_until = clock_timestamp() + $2::double precision * interval '1 ms'
    WHERE id = $1
    RETURNING extract(epoch FROM clock_timestamp()) * 1000 AS now_ms,
      (SELECT count(*) FROM perdure.runs WHERE worker = $1) AS runs,
      (SELECT coalesce(sum(mail), 0) FROM perdure.runs WHERE worker = $1) AS mail`,
};

export const listWorkers: Statement = {
  name: 'perdure_list_workers',
  text: `SELECT id, host, boot, pid, started, lease_until < clock_timestamp() AS expired FROM perdure.workers`,
};

/** The worker of the runs in `free` has gone. Was that so before, at the same cycle? A step does not touch the run's row. */
const FREED = `
    freed AS (
      UPDATE perdure.runs r SET worker = NULL, wake_at = CASE status WHEN 'running' THEN now() END,
        (losses, lost_at) = (SELECT CASE WHEN r.lost_at = max(l.seq) THEN r.losses + 1 ELSE 1 END, max(l.seq) FROM perdure.log l WHERE l.uid = r.uid)
      WHERE r.uid = ANY (ARRAY(SELECT uid FROM free)) RETURNING 1
    )`;

/**
 * Frees runs whose worker is not there any more: it claimed them while it was being buried, or they were locked when it was. Who is gone is a list:
 * a run that was taken since is locked as it is now, and then a condition is tested again, but not a join. Who has locked one is sending to it,
 * perhaps in a transaction of an app: that is not waited for. A row: how many such are left.
 */
export const freeOrphans: Statement = {
  name: 'perdure_free_orphans',
  text: `
    WITH dead AS MATERIALIZED (
      SELECT r.worker AS id, count(*) AS runs FROM perdure.runs r
      WHERE r.worker IS NOT NULL AND NOT EXISTS (SELECT 1 FROM perdure.workers w WHERE w.id = r.worker)
      GROUP BY r.worker
    ), free AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE worker IS NOT NULL AND worker = ANY (ARRAY(SELECT id FROM dead)) FOR NO KEY UPDATE SKIP LOCKED
    ),${FREED}
    SELECT (SELECT coalesce(sum(runs), 0) FROM dead) - (SELECT count(*) FROM freed) AS left`,
};

/**
 * A worker goes, and is remembered for a month: who looks into a doubt wants to know which process it was. The parts of a
 * statement that takes its id as $1. `buried`: others have found it dead; only `where` that is so.
 */
export const gone = (buried: boolean, where = 'true'): string => `
    gone AS (DELETE FROM perdure.workers WHERE id = $1 AND ${where} RETURNING id, host, pid),
    remembered AS (INSERT INTO perdure.former_workers (id, host, pid, buried) SELECT id, host, pid, ${buried} FROM gone ON CONFLICT DO NOTHING),
    forgotten AS (DELETE FROM perdure.former_workers WHERE gone_at < clock_timestamp() - interval '30 days')`;

/** The process of a worker, alive or gone. Values: id. */
export const findWorker: Statement = {
  name: 'perdure_find_worker',
  text: `
    SELECT host, pid FROM perdure.workers WHERE id = $1
    UNION ALL
    SELECT host, pid FROM perdure.former_workers WHERE id = $1`,
};

/** Frees what a worker that is gone has held, for everybody to take. Values: id; whether only if its lease has run out. A row: how many are left, as above. */
export const buryWorker: Statement = {
  name: 'perdure_bury_worker',
  text: `
    WITH ${gone(true, '(NOT $2::boolean OR lease_until < clock_timestamp())')},
    held AS (SELECT uid FROM perdure.runs WHERE worker = (SELECT id FROM gone)),
    free AS MATERIALIZED (SELECT uid FROM perdure.runs WHERE worker = (SELECT id FROM gone) FOR NO KEY UPDATE SKIP LOCKED),${FREED}
    SELECT (SELECT count(*) FROM held) - (SELECT count(*) FROM freed) AS left`,
};
