/**
 * The commit protocol.
 *
 * A run's log is the truth; a row of it is one checkpoint. A cycle is committed by inserting row `seq`, which
 * goes in only if row `seq - 1` is there with the hash that the worker has built on:
 *
 *     hash(seq) = SHA-256(hash(seq - 1), cause, delta), the first half of it
 *
 * Entry 0 is the start; it has a row of its own, or shares one with entry 1 (`start-run.ts`).
 *
 * - *No two writers.* Of two workers that both believe to hold a run, one inserts row `seq`; the other's row meets
 *   the primary key, or a predecessor with another hash, and is not returned: it has lost, and drops the run.
 *   Leases and the `worker` column only keep this from happening often.
 * - *No writer from behind.* A row goes in only if its worker holds the run: one that was thought gone could ask for
 *   a timer or an effect after another worker has let the run sleep, and nobody would wake for it.
 * - *All or nothing.* What else belongs to a checkpoint happens in the same statement, derived from the rows that
 *   went in: the end of the run, and of its errands; the inbox entries that were consumed, the claims that are settled, answers.
 *   Requests are part of the delta, and so is the claim of an effect's first attempt; it is dispatched after the commit.
 * - *Lost answers.* If the connection breaks, the row is read back: it is ours if its hash is ours.
 * - *The inbox.* A sender takes the next number of the run and wakes it in one statement (`send-message.ts`). A
 *   worker lets a run go only if it has seen the last number (`release-run.ts`): nothing arrives unseen.
 * - *Group commit.* One statement carries the checkpoints of many runs. Rows are sorted, so that two commits never
 *   wait for each other in a circle.
 * - *Who sends may take long.* A run that somebody has locked, perhaps in a transaction of an app, cannot end meanwhile. Its checkpoint
 *   does not go in, is told as locked, and the others of the statement do not wait.
 */
import type { ElementType } from '../array-parameters.ts';
import type { ArrayStatement, Statement } from '../sql.ts';
import { arrayValue } from './array-value.ts';

/** uid, seq, predecessor's hash, hash, cause, delta, capture, worker. */
const STEP: ElementType[] = ['uuid', 'bigint', 'bytea', 'bytea', 'text', 'text', 'text', 'text'];

/** The input of a statement: the first values of each array are of one step, and so on. */
const inputOf = (values: string[], further = ''): string => `
    input AS MATERIALIZED (
      SELECT * FROM unnest(${values.join(', ')})
        AS i (uid, seq, prev, hash, cause, delta, capture, worker${further})
    )`;
const arrayValues = (types: ElementType[]): string[] => types.map((type, i) => arrayValue(i + 1, type));

/**
 * Scalar subqueries, because PostgreSQL keeps them as what they are: two lookups by whole keys for each row. It plans a prepared statement
 * once, perhaps for empty tables, and of joins it makes then a scan of all runs, and a walk through the whole log of each run. (Measured
 * with 50 rows, by a plan of empty tables: 14 µs per row however long the runs are, in the place of 51 after 150 steps of each and 431
 * after 1,000.) No ON CONFLICT, which costs 3 µs and a further record of the WAL per row: where a row is there already, as good as never,
 * the committer splits the batch.
 */
const insert = (after = 'true'): string => `
      INSERT INTO perdure.log (uid, seq, hash, cause, delta, capture)
      SELECT i.uid, i.seq, i.hash, i.cause::json, i.delta::json, i.capture::json
      FROM input i
      WHERE (SELECT p.hash FROM perdure.log p WHERE p.uid = i.uid AND p.seq = i.seq - 1) = i.prev
        AND (SELECT r.worker FROM perdure.runs r WHERE r.uid = i.uid) = i.worker
        AND ${after}
      ORDER BY i.uid, i.seq
      RETURNING uid, seq, hash`;

/**
 * How many went in; and where that is not all, which, and which are `locked`: as a rule it is all, and hundreds of hashes need not be found, sent
 * and read.
 */
const which = (locked = ''): string => `
    SELECT w.written, ${hashesOf('done')} AS hashes${locked && `, ${hashesOf(locked)} AS locked`}
    FROM (SELECT count(*) AS written FROM done) w`;
const hashesOf = (steps: string): string =>
  `CASE WHEN w.written < cardinality($1) THEN coalesce((SELECT string_agg(encode(hash, 'hex'), ',') FROM ${steps}), '') END`;

/**
 * Steps that only go on. Values: arrays of uid, seq, predecessor's hash, hash, cause, delta, capture, worker. One row: the number
 * of those that went in, and their hashes unless all did. Throws StoreError `store_duplicate`, and nothing went in, if a row is there already.
 */
export const commitCycles: Statement = {
  name: 'perdure_commit_cycles',
  text: `WITH ${inputOf(arrayValues(STEP))}, done AS (${insert()})${which()}`,
  arrays: STEP,
};

/**
 * One step that only goes on, without arrays: the commonest case by far. Values as above, each one value. No rows; one that has
 * lost has no hash, and is refused for that, or as a duplicate if it is there already: to ask for rows and conflicts costs each step
 * (measured: 0.03 of 0.25 ms), and losing is one in a million.
 */
export const commitCycle: Statement = {
  name: 'perdure_commit_cycle',
  text: `
    INSERT INTO perdure.log (uid, seq, hash, cause, delta, capture)
    VALUES ($1, $2, CASE
      WHEN (SELECT p.hash FROM perdure.log p WHERE p.uid = $1 AND p.seq = $2::int - 1) = $3
       AND (SELECT r.worker FROM perdure.runs r WHERE r.uid = $1) = $8
      THEN $4::bytea END, $5::json, $6::json, $7::json)`,
};

/** Of a step: its final status, outcome, inbox number; then runs and numbers of settled requests. */
const END: ElementType[] = ['text', 'text', 'bigint'];
const SETTLED: ElementType[] = ['uuid', 'bigint'];

/** Does the step end a workflow or its run? */
const ENDS = 'i.status IS NOT NULL OR i.outcome IS NOT NULL';

/** `further`: the name of a further array of texts, the last value. */
function ends(name: string, further: string | null, more = ''): ArrayStatement {
  const arrays = [...STEP, ...END, ...SETTLED, ...(further === null ? [] : (['text'] as const))];
  const values = arrayValues(arrays);
  const [settledBy, settled] = values.splice(STEP.length + END.length, SETTLED.length);
  return {
    name,
    arrays,
    text: `
    WITH ${inputOf(values, `, status, outcome, mail${further === null ? '' : `, ${further}`}`)}, ending AS MATERIALIZED (
      -- before its log: whoever ends a run from outside has locked that run, and then adds to the log
      SELECT r.uid
      FROM (SELECT uid FROM input i WHERE ${ENDS} ORDER BY uid) i
      CROSS JOIN LATERAL (SELECT uid FROM perdure.runs WHERE uid = i.uid FOR NO KEY UPDATE SKIP LOCKED) r
    ), done AS (${insert(`(NOT (${ENDS}) OR i.uid IN (SELECT uid FROM ending))`)}
    ), locked AS (
      SELECT i.hash FROM input i
      WHERE (${ENDS}) AND NOT i.uid IN (SELECT uid FROM ending) AND (SELECT r.uid FROM perdure.runs r WHERE r.uid = i.uid) IS NOT NULL
    ), step AS MATERIALIZED (
      SELECT i.* FROM input i JOIN done d ON d.uid = i.uid AND d.seq = i.seq AND d.hash = i.hash
    ), ended AS (
      UPDATE perdure.runs r
      SET outcome = coalesce(s.outcome::json, r.outcome),
          status = coalesce(s.status, r.status),
          worker = CASE WHEN s.status IS NULL THEN r.worker END,
          wake_at = CASE WHEN s.status IS NULL THEN r.wake_at END,
          finished_at = CASE WHEN s.status IS NULL THEN r.finished_at ELSE clock_timestamp() END
      FROM step s
      WHERE r.uid = s.uid AND (s.status IS NOT NULL OR s.outcome IS NOT NULL)
      RETURNING 1
    ), request AS MATERIALIZED (
      -- by its whole key: a run may have thousands of errands
      SELECT n.uid, n.request FROM unnest(${settledBy}, ${settled}) AS n (uid, request) JOIN step s ON s.uid = n.uid WHERE s.status IS NULL
      UNION
      SELECT t.uid, t.request FROM step s JOIN perdure.errands t ON t.uid = s.uid WHERE s.status IS NOT NULL
    ), errand AS MATERIALIZED (
      -- as it is after what was under way, such as a grant; and after the run, which all lock first
      SELECT t.uid, t.request, t.worker IS NULL OR t.doubt AS waits
      FROM request n JOIN perdure.errands t ON t.uid = n.uid AND t.request = n.request
      WHERE (SELECT count(*) FROM ended) >= 0
      ORDER BY t.uid, t.request FOR UPDATE OF t
    ), dropped AS (
      DELETE FROM perdure.errands t USING errand e WHERE t.uid = e.uid AND t.request = e.request AND e.waits
    ), told AS (
      UPDATE perdure.errands t SET told = true FROM errand e WHERE t.uid = e.uid AND t.request = e.request AND NOT e.waits
    ), consumed AS (
      DELETE FROM perdure.inbox b USING step s WHERE b.uid = s.uid AND b.n <= s.mail
    ), settled AS (
      -- whoever locks both locks the errand first
      DELETE FROM perdure.claims c USING request n WHERE c.uid = n.uid AND c.request = n.request AND (SELECT count(*) FROM errand) >= 0
    ), over AS (
      DELETE FROM perdure.claims c USING step s WHERE c.uid = s.uid AND s.status IS NOT NULL AND (SELECT count(*) FROM errand) >= 0
    )${more}${which('locked')}`,
  };
}

/**
 * Steps of which some end a workflow or its run, consume the inbox or settle claimed requests. Further values:
 * arrays of the final status or null, outcome or null, and inbox number consumed up to or null; and arrays of uid and number of the
 * settled requests. The row tells further of those whose run somebody else has locked.
 */
export const commitEnds = ends('perdure_commit_ends', null);

/**
 * Steps of which some answer questions. A further value: an array of JSON arrays of { channel, key, reply }, or null. A question
 * is answered once: what a run that has gone back answers again changes nothing.
 */
export const commitAnswers = ends(
  'perdure_commit_answers',
  'replies',
  `, answered AS (
      UPDATE perdure.asks a SET reply = (m.value ->> 'reply')::json
      FROM step s, json_array_elements(s.replies::json) m (value)
      WHERE a.uid = s.uid AND a.channel = m.value ->> 'channel' AND a.key = m.value ->> 'key' AND a.reply IS NULL
    )`,
);

/** Was this cycle committed by us? For commits whose answer was lost. Values: uid, seq. */
export const readHash: Statement = {
  name: 'perdure_read_hash',
  text: `SELECT encode(hash, 'hex') AS hash FROM perdure.log WHERE uid = $1 AND seq = $2`,
};

/**
 * Only while the run is held: a statement may happen long after its sender was told that the connection broke, and by then the run may have gone back
 * to before that cycle, or be pruned. Values: uid, seq, state, worker.
 */
export const writeImage: Statement = {
  name: 'perdure_write_image',
  text: `
    WITH run AS MATERIALIZED (
      SELECT uid FROM perdure.runs WHERE uid = $1 AND worker = $4
    ), written AS (
      INSERT INTO perdure.images (uid, seq, state) SELECT uid, $2, $3::json FROM run ON CONFLICT DO NOTHING
    )
    DELETE FROM perdure.images i USING run WHERE i.uid = run.uid AND i.seq < $2 AND i.seq > 0
      AND i.seq < (SELECT max(seq) FROM perdure.images WHERE uid = $1 AND seq < $2)`,
};
