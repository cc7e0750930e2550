/**
 * Starts runs, unless their ids are taken. Who starts a run has as a rule a worker that can run it: then its first cycle has been evaluated
 * before it is stored, and stands in its first row of the log together with the arguments. What a run begins with is one row in each of two
 * tables, and one that sleeps at once, or has ended, was never held.
 */
import type { ElementType } from '../array-parameters.ts';
import type { Statement } from '../sql.ts';
import { isNoUid } from './run-id.ts';

/**
 * The first row of the log is number 0, the start, or number 1, which is the start and the first cycle. `begun_by` is the worker that has
 * evaluated it: if others have buried it, nothing is stored, for it has claimed effects under that name. `id` is null where nobody has chosen
 * one. `holder` is that worker or null; `wake` is in ms since 1970, for a run that has begun and is not held; tags are a JSON object or null.
 */
const COLUMNS: [name: string, type: ElementType][] = [
  ['uid', 'uuid'],
  ['id', 'text'],
  ['workflow', 'text'],
  ['entry', 'text'],
  ['artifact', 'text'],
  ['args_hash', 'bytea'],
  ['seq', 'bigint'],
  ['hash', 'bytea'],
  ['cause', 'text'],
  ['delta', 'text'],
  ['capture', 'text'],
  ['begun_by', 'text'],
  ['holder', 'text'],
  ['status', 'text'],
  ['outcome', 'text'],
  ['reason', 'text'],
  ['wake', 'bigint'],
  ['priority', 'bigint'],
  ['tags', 'text'],
];

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const parameters = (suffix: string): string => COLUMNS.map(([, type], i) => `$${i + 1}::${type}${suffix}`).join(', ');

const startFrom = (name: string, input: string): Statement => ({
  name,
  text: `
    WITH input AS MATERIALIZED (
      SELECT * FROM ${input}
    ), run AS (
      INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, worker, status, outcome, reason, priority, wake_at, finished_at)
      SELECT i.uid, i.id, i.workflow, i.entry, decode(i.artifact, 'hex'), i.args_hash, i.holder, i.status, i.outcome::json, i.reason::json, i.priority,
             CASE
               WHEN i.status <> 'running' THEN NULL
               WHEN i.begun_by IS NULL THEN now()
               ELSE coalesce(to_timestamp(i.wake::double precision / 1000), 'infinity')
             END,
             CASE WHEN i.status NOT IN ('running', 'parked') THEN clock_timestamp() END
      FROM input i
      WHERE (i.begun_by IS NULL OR (SELECT w.id FROM perdure.workers w WHERE w.id = i.begun_by) IS NOT NULL)
        AND ${isNoUid('i.id')}
      -- in one order, so that two such statements never wait for each other in a circle
      ORDER BY i.id, i.position
      ON CONFLICT (id) WHERE replaced_by IS NULL AND id IS NOT NULL DO NOTHING
      RETURNING uid, created_at
    ), first AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta, capture)
      SELECT i.uid, i.seq, i.hash, i.cause::json, i.delta::json, i.capture::json FROM input i JOIN run USING (uid)
    ), tagged AS (
      INSERT INTO perdure.tags (uid, name, value, created_at)
      SELECT uid, t.key, t.value, run.created_at FROM input i JOIN run USING (uid), json_each_text(i.tags::json) t
    )
    SELECT uid FROM run`,
});

/** Values: as COLUMNS has them. */
export const startRun = startFrom('perdure_start_run', `(VALUES (${parameters('')}, 0)) AS i (${NAMES}, position)`);

/** Several of them, of which those whose id is taken are not started. Values as above, each an array. */
export const startRuns: Statement = {
  ...startFrom('perdure_start_runs', `unnest(${parameters('[]')}) WITH ORDINALITY AS i (${NAMES}, position)`),
  arrays: COLUMNS.map(([, type]) => type),
};
