/**
 * Filters as apps write them: checked, since what a bulk operation takes for no condition it does to all runs.
 */
import { isUnsafe } from '../codec/format.ts';
import { checkedTags } from '../engine/admission.ts';
import { Options } from '../engine/options.ts';
import { workflowOf } from '../publish.ts';
import type { RunFilter as StoredFilter, RunStatus as StoredStatus } from '../store/runs.ts';
import type { RunState, RunStatus } from './run-handle.ts';

export interface RunFilter {
  status?: RunState | readonly RunState[];
  /** A workflow of a module, its `module#name`, or its name. */
  workflow?: string | ((...args: never[]) => Promise<unknown>);
  /** Also runs whose id another run has taken. */
  id?: string;
  /** Runs with all of these tags. */
  tags?: Record<string, string | number | boolean>;
  /** Runs with an effect in doubt, or without. */
  inDoubt?: boolean;
  /** Started at this moment or later. */
  createdAfter?: Date;
  /** Started before this moment. */
  createdBefore?: Date;
}

export interface ListOptions extends RunFilter {
  /** Runs of one page. Default: 100. */
  limit?: number;
  /** `cursor` of the page before; null: from the first one on. */
  cursor?: string | null;
}

export interface RunPage {
  /** Newest first. */
  runs: RunStatus[];
  /** What the next page is asked for with; null if there is none. */
  cursor: string | null;
}

export const STATES: readonly StoredStatus[] = ['pending', 'running', 'completed', 'failed', 'cancelled', 'terminated', 'parked'];
const CONDITIONS = ['status', 'workflow', 'id', 'tags', 'inDoubt', 'createdAfter', 'createdBefore'];
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const PAGE_MAX = 1000;

const options: Options = new Options('filter', 'Wrong filter');

/** Throws PerdureError `filter`. */
export function filterOf(filter: RunFilter): StoredFilter {
  options.checkKeys(filter, CONDITIONS);
  const { status, workflow, id, tags, inDoubt, createdAfter, createdBefore } = filter;
  options.checkType('inDoubt', inDoubt, 'boolean', 'true or false');
  const statuses = status === undefined ? [] : [status].flat();
  for (const one of statuses) if (!STATES.includes(one)) options.refuse(`there is no status '${String(one)}'; there are ${STATES.join(', ')}`);
  return {
    ...(status === undefined ? {} : { status: statuses }),
    ...(workflow === undefined ? {} : { workflow: typeof workflow === 'string' ? textOf('workflow', workflow) : workflowOf(workflow, 'a filter').id }),
    ...(id === undefined ? {} : { id: textOf('id', id) }),
    ...(tags === undefined ? {} : { tags: checkedTags(tags, (why) => options.refuse(why)) }),
    ...(inDoubt === undefined ? {} : { inDoubt }),
    ...(createdAfter === undefined ? {} : { fromMs: momentOf('createdAfter', createdAfter) }),
    ...(createdBefore === undefined ? {} : { toMs: momentOf('createdBefore', createdBefore) }),
  };
}

/**
 * For what cannot be taken back: all runs have to be asked for by some condition, and one whose value has got lost on the way
 * (`{ workflow, id: order.runId }`) is no wish for all of them.
 */
export function sharpFilterOf(filter: RunFilter): StoredFilter {
  const conditions = filterOf(filter);
  for (const [key, value] of Object.entries(filter)) if (value === undefined) options.wrong(key, 'is undefined, and lets all runs through; leave it out, or give it a value');
  if (conditions.tags && Object.keys(conditions.tags).length === 0) options.wrong('tags', 'has none, and lets all runs through; leave it out, or give one');
  if (Object.keys(conditions).length === 0) options.refuse('it has no condition and means all runs; give at least one');
  return conditions;
}

export function pageOf(given: ListOptions): StoredFilter & { limit: number; cursor?: string } {
  options.checkKeys(given, [...CONDITIONS, 'limit', 'cursor']);
  const { limit = 100, cursor = null, ...filter } = given;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) options.wrong('limit', `must be a whole number from 1 to ${PAGE_MAX}`);
  if (cursor !== null && !isCursor(cursor)) options.wrong('cursor', 'must be that of a page');
  return { ...filterOf(filter), limit, ...(cursor === null ? {} : { cursor }) };
}

const isCursor = (given: unknown): boolean => {
  const [, moment] = (typeof given === 'string' && CURSOR.exec(given)) || [];
  return moment !== undefined && !Number.isNaN(Date.parse(moment));
};

function textOf(name: string, given: unknown): string {
  if (typeof given === 'string' && !isUnsafe(given)) return given;
  options.wrong(name, 'must be a text, without NUL');
}

/** No run is older than the clocks of computers, and databases begin later than `Date`. */
function momentOf(name: string, date: Date): number {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) options.wrong(name, 'must be a valid Date');
  return Math.max(date.getTime(), 0);
}
