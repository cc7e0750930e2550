/**
 * Runs that are over go for good, in two steps. First the row of the run, and with it all that could be done to it: from then
 * on there is no such run, nobody can retry it, and its id is free. Then, at leisure, its rows in the other tables, which
 * `remains` remembers. Every statement takes a bounded number of rows and waits for nobody: what somebody has locked, such as
 * a run that is just being retried, is passed over.
 *
 * A child does not go before its parent was told of its end: who starts it again has to find it.
 */
import type { Statement } from '../sql.ts';

/** Runs that go, or are cleared, in one statement. */
export const RUNS_MAX = 100;
/** Rows of a table that are deleted in one statement. A number that the planner knows: it finds them by the index then. */
export const ROWS_MAX = 1000;

/** Runs that may go, `rule` by `rule`: workflow, status, age in ms. */
const RULES = `rule AS (SELECT * FROM unnest($1::text[], $2::text[], $3::double precision[]) AS r (workflow, status, age_ms))`;
const MAY_GO = `
  r.workflow = rule.workflow AND r.status = rule.status AND r.finished_at <= now() - rule.age_ms * interval '1 ms'
  AND r.worker IS NULL AND NOT r.owes AND NOT r.orphans AND ($4::text[] IS NULL OR r.entry = ANY ($4))`;

/** Values: arrays of workflow, status and age in ms; entry modules or null: all. Rows: those that went. */
export const pruneRuns: Statement = {
  name: 'perdure_prune_runs',
  text: `
    WITH ${RULES}, pick AS MATERIALIZED (
      SELECT due.uid FROM rule CROSS JOIN LATERAL (
        SELECT r.uid FROM perdure.runs r WHERE ${MAY_GO}
        ORDER BY r.finished_at LIMIT ${RUNS_MAX} FOR UPDATE SKIP LOCKED
      ) due
      LIMIT ${RUNS_MAX}
    ), gone AS (
      DELETE FROM perdure.runs r USING pick WHERE r.uid = pick.uid RETURNING r.uid
    )
    INSERT INTO perdure.remains (uid) SELECT uid FROM gone ON CONFLICT DO NOTHING RETURNING uid`,
};

/** How many would go. Values: as above. */
export const countPrunable: Statement = {
  name: 'perdure_count_prunable',
  text: `WITH ${RULES} SELECT count(*) AS count FROM rule JOIN perdure.runs r ON ${MAY_GO}`,
};

/** Workflows that have runs that are over: one step in the index for each. */
export const finishedWorkflows: Statement = {
  name: 'perdure_finished_workflows',
  text: `
    WITH RECURSIVE found (workflow) AS (
      (SELECT workflow FROM perdure.runs WHERE finished_at IS NOT NULL ORDER BY workflow LIMIT 1)
      UNION ALL
      SELECT (SELECT r.workflow FROM perdure.runs r WHERE r.finished_at IS NOT NULL AND r.workflow > f.workflow ORDER BY r.workflow LIMIT 1)
      FROM found f WHERE f.workflow IS NOT NULL
    )
    SELECT workflow FROM found WHERE workflow IS NOT NULL`,
};

/** Tables with rows of runs, and what tells the rows of a run apart. */
const OF_RUNS: Record<string, string> = {
  log: 'seq',
  images: 'seq',
  inbox: 'n',
  claims: 'request, attempt',
  errands: 'request',
  tokens: 'request, attempt',
  sent: 'channel, key',
  asks: 'channel, key',
  tags: 'name',
};

/**
 * A log may be long: without a bound the planner, which expects a dozen rows of a run, reads all that are left of it, time and
 * again, to sort them (measured at 300,000 steps: 45 ms, and 6 ms so).
 */
const BOUNDS: Record<string, string> = {
  log: ` AND t.seq < (SELECT min(seq) FROM perdure.log WHERE uid = pick.uid) + ${ROWS_MAX}`,
};

const deleted = Object.entries(OF_RUNS).map(
  ([table, key]) => `${table}_gone AS (
      DELETE FROM perdure.${table} WHERE (uid, ${key}) IN (
        SELECT uid, ${key} FROM pick CROSS JOIN LATERAL (
          SELECT ${key} FROM perdure.${table} t WHERE t.uid = pick.uid${BOUNDS[table] ?? ''} ORDER BY ${key} LIMIT ${ROWS_MAX}
        ) part
        LIMIT ${ROWS_MAX}
      ) RETURNING 1
    )`,
);

/**
 * Deletes what is left of runs that are gone. One row: how many runs it has looked at, and of how many nothing is left.
 */
export const clearRemains: Statement = {
  name: 'perdure_clear_remains',
  text: `
    WITH pick AS MATERIALIZED (
      SELECT uid FROM perdure.remains ORDER BY uid LIMIT ${RUNS_MAX} FOR UPDATE SKIP LOCKED
    ), ${deleted.join(', ')}, most AS (
      SELECT greatest(${Object.keys(OF_RUNS).map((table) => `(SELECT count(*) FROM ${table}_gone)`).join(', ')}) AS deleted
    ), done AS (
      DELETE FROM perdure.remains r USING pick, most WHERE r.uid = pick.uid AND most.deleted < ${ROWS_MAX} RETURNING 1
    )
    SELECT (SELECT count(*) FROM pick) AS runs, (SELECT count(*) FROM done) AS done`,
};

/**
 * A program that no run has, and no app has had in hand for a while, nobody needs; but for the newest of an entry module, which
 * schedules and starts by name take.
 */
const UNUSED = `
  a.used_at < now() - $1::double precision * interval '1 ms'
  AND a.hash NOT IN (SELECT DISTINCT ON (entry) hash FROM perdure.artifacts ORDER BY entry, created_at DESC)
  AND NOT EXISTS (SELECT FROM perdure.runs r WHERE r.artifact = a.hash)`;

/** Values: for how many ms no app has had it in hand. Rows: their hashes. */
export const pruneArtifacts: Statement = {
  name: 'perdure_prune_artifacts',
  text: `DELETE FROM perdure.artifacts a WHERE ${UNUSED} RETURNING encode(a.hash, 'hex') AS hash`,
};

/** Values: as above. */
export const countUnusedArtifacts: Statement = {
  name: 'perdure_count_unused_artifacts',
  text: `SELECT count(*) AS count FROM perdure.artifacts a WHERE ${UNUSED}`,
};
