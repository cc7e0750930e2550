/**
 * Runs that other runs have started. A child owes its end to its parent: whoever sees the end puts it into the parent's
 * inbox and strikes the debt out, in one statement, so that it arrives exactly once; a look finds what nobody has put.
 *
 * A parent that has failed is told too: it may be retried, and wait for that end then.
 *
 * A run that is terminated tells its children nothing, so whoever has terminated it does, or a look. A start locks the
 * parent's row: a child is there before its parent was terminated, or never. A child always has an id of its own.
 */
import type { Statement } from '../sql.ts';
import { CAN_GO_ON, OPEN } from './open-runs.ts';
import { isNoUid } from './run-id.ts';

/**
 * Starts a run as the child of another, unless its id is taken, or it has been started before. Values: uid, id, workflow,
 * entry, artifact, args hash, hash of the first log entry, its cause, parent's uid, the request that starts it, priority,
 * tags as a JSON object.
 */
export const startChild: Statement = {
  name: 'perdure_start_child',
  text: `
    WITH run AS (
      INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, wake_at, parent, request, owes, priority)
      SELECT $1, $2, $3, $4, decode($5, 'hex'), $6, now(), p.uid, $10, true, $11
      FROM (SELECT uid FROM perdure.runs WHERE uid = $9 AND status IN ${OPEN} FOR SHARE) p
      WHERE ${isNoUid('$2::text')}
      ON CONFLICT DO NOTHING
      RETURNING uid, created_at
    ), first AS (
      INSERT INTO perdure.log (uid, seq, hash, cause, delta)
      SELECT uid, 0, $7::bytea, $8::json, '{}'::json FROM run
    ), tagged AS (
      INSERT INTO perdure.tags (uid, name, value, created_at) SELECT uid, t.key, t.value, created_at FROM run, json_each_text($12::json) t
    )
    SELECT uid FROM run`,
};

/** Children whose ends have not been told, and that nobody is about to tell of. Values: limit. */
export const owingChildren: Statement = {
  name: 'perdure_owing_children',
  text: `SELECT uid FROM perdure.runs WHERE owes AND outcome IS NOT NULL LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`,
};

/** Puts a child's end into its parent's inbox; if the parent is over for good, nobody hears of it. Values: uid. */
export const tellParent: Statement = {
  name: 'perdure_tell_parent',
  text: `
    WITH child AS (
      UPDATE perdure.runs SET owes = false WHERE uid = $1 AND owes AND outcome IS NOT NULL
      RETURNING uid, id, parent, request, outcome
    ), woken AS (
      UPDATE perdure.runs p
      SET mail = p.mail + 1, wake_at = CASE p.status WHEN 'running' THEN least(p.wake_at, now()) ELSE p.wake_at END
      FROM child WHERE p.uid = child.parent AND p.status IN ${CAN_GO_ON}
      RETURNING p.uid, p.mail
    )
    INSERT INTO perdure.inbox (uid, n, entry)
    SELECT woken.uid, woken.mail,
           ('{"ended":' || child.request || ',"id":' || to_json(child.id) || ',"uid":"' || child.uid
            || '","outcome":' || child.outcome::text || '}')::json
    FROM woken, child
    RETURNING uid`,
};

/** The children of a run, in the order of their starts. Values: uid, limit. */
export const childrenOf: Statement = {
  name: 'perdure_children_of',
  text: `
    SELECT uid, id, request, workflow, status, outcome IS NOT NULL AS over FROM perdure.runs
    WHERE parent = $1 ORDER BY request LIMIT $2`,
};

/** Those of them that have not ended, from one on: of thousands most have. Values: uid, the request before, limit. */
export const openChildrenOf: Statement = {
  name: 'perdure_open_children_of',
  text: `SELECT uid, request FROM perdure.runs WHERE parent = $1 AND request > $2 AND outcome IS NULL ORDER BY request LIMIT $3`,
};

/** Runs that were terminated and whose children have not been told. Values: limit. */
export const orphanedBy: Statement = {
  name: 'perdure_orphaned_by',
  text: `SELECT uid FROM perdure.runs WHERE orphans LIMIT $1`,
};

/** Values: uid. */
export const orphansTold: Statement = {
  name: 'perdure_orphans_told',
  text: `UPDATE perdure.runs SET orphans = false WHERE uid = $1`,
};
