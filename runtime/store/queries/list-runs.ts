/**
 * Runs that a filter lets through, newest first, by pages: a page begins after a run of the one before, and reads no more
 * than it shows. Which index leads to them is decided by what the filter asks for most sharply, so there is a statement for
 * each; what they let through is the same.
 */
import type { Statement } from '../sql.ts';
import { COLUMNS } from './find-run.ts';
import { asUid, idOf } from './run-id.ts';

const list = (name: string, from: string, condition: string, at = 'r.created_at', uid = 'r.uid'): Statement => ({
  name,
  text: `
    SELECT ${COLUMNS},
           to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created,
           (SELECT max(seq) FROM perdure.log l WHERE l.uid = r.uid) AS seq
    FROM ${from}
    WHERE ${condition}
      AND ($1::text[] IS NULL OR r.status = ANY ($1))
      AND ($2::text IS NULL OR r.workflow = $2 OR right(r.workflow, length($2) + 1) = '#' || $2)
      AND ($3::text IS NULL OR ${idOf('r')} = $3)
      AND ($4::boolean IS NULL OR $4 = EXISTS (SELECT FROM perdure.claims c WHERE c.uid = r.uid AND c.doubt IS NOT NULL))
      AND NOT EXISTS (
        SELECT FROM json_each_text($5::json) f
        WHERE NOT EXISTS (SELECT FROM perdure.tags t WHERE t.uid = r.uid AND t.name = f.key AND t.value = f.value)
      )
      AND ${at} >= coalesce(to_timestamp($6::double precision / 1000), '-infinity')
      AND ${at} < coalesce(to_timestamp($7::double precision / 1000), 'infinity')
      AND (${at}, ${uid}) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
    ORDER BY ${at} DESC, ${uid} DESC
    LIMIT $10`,
});

/**
 * Values: statuses, workflow (`module#name` or its name), id, whether an effect is in doubt, tags as a JSON object, ms since
 * 1970 from which and before which it was started, moment and uid of the run after which the page begins: each may be
 * null; limit.
 */
export const listRuns = list('perdure_list_runs', 'perdure.runs r', 'true');

export const listRemarkableRuns = list(
  'perdure_list_remarkable_runs',
  'perdure.runs r',
  `r.status IN ('pending', 'parked', 'failed', 'cancelled', 'terminated')`,
);

export const listOpenRuns = list(
  'perdure_list_open_runs',
  'perdure.runs r',
  '(r.worker IS NOT NULL OR (r.worker IS NULL AND r.wake_at IS NOT NULL))',
);

export const listRunsOfId = list(
  'perdure_list_runs_of_id',
  'perdure.runs r',
  `((r.id = $3 AND r.replaced_by IS NULL) OR (r.id = $3 AND r.replaced_by IS NOT NULL) OR (r.uid = ${asUid('$3::text')} AND r.id IS NULL))`,
);

/** Further values: name and value of one of the tags. */
export const listTaggedRuns = list(
  'perdure_list_tagged_runs',
  'perdure.tags d JOIN perdure.runs r ON r.uid = d.uid',
  'd.name = $11 AND d.value = $12',
  'd.created_at',
  'd.uid',
);
