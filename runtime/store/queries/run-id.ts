/**
 * Ids of runs. One that nobody has chosen is not stored twice: the run's uid is its id, and no index of ids has it.
 */

/** The id of a run `r`. */
export const idOf = (r: string): string => `coalesce(${r}.id, ${r}.uid::text)`;

/** What a uid looks like, as a regular expression of PostgreSQL and of JavaScript. */
export const UID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

/** An id as a uid; null if it cannot be one. */
export const asUid = (id: string): string => `CASE WHEN ${id} ~ '${UID}' THEN ${id}::uuid END`;

/** Has a run `r` this id now? One whose uid it is always has it; one that it was chosen for, until it gives it up. */
export const hasId = (r: string, id: string): string => `((${r}.id = ${id} AND ${r}.replaced_by IS NULL) OR ${isItsUid(r, id)})`;

/** The same of those whose uid it is. */
const isItsUid = (r: string, id: string): string => `(${r}.uid = ${asUid(id)} AND ${r}.id IS NULL)`;

/** Is an id that was chosen not that of a run by its uid? A subquery that gives a row stays a lookup: an EXISTS may become a join. */
export const isNoUid = (id: string): string => `(SELECT u.uid FROM perdure.runs u WHERE ${isItsUid('u', id)}) IS NULL`;
