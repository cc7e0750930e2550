/**
 * Retention as apps write it.
 */
import { FINAL, nameOf, type Ages, type RetentionPolicy } from '../control/prune.ts';
import { Options } from '../engine/options.ts';
import type { FinalStatus } from '../store/pruning.ts';
import { workflowOf } from '../publish.ts';

/** How long runs are kept after their end, by how they have ended. What is not named is kept for good. */
export type RetentionAges = { [status in FinalStatus]?: number | string | 'forever' };

export interface RetentionOption extends RetentionAges {
  /** Workflows for which something else holds, by `module#name` or name. */
  workflows?: Record<string, RetentionAges>;
}

export interface PruneOptions {
  /** Runs that have been over for so long. */
  olderThan: number | string;
  /** Only those that have ended so. Default: all. */
  status?: FinalStatus | readonly FinalStatus[];
  /** Only those of this workflow: itself, its `module#name`, or its name. */
  workflow?: string | ((...args: never[]) => Promise<unknown>);
  /** Nothing goes; tells what would. */
  dryRun?: boolean;
}

/** Nothing has been over for longer; databases know no moment that is much longer ago. */
const AGE_MAX_MS = 1000 * 365 * 86_400_000;

const options: Options = new Options('retention', 'Wrong retention');

/** Throws PerdureError `retention`. */
export function retentionOf(given: RetentionOption): RetentionPolicy {
  options.checkKeys(given, [...FINAL, 'workflows']);
  const { workflows = {}, ...ages } = given;
  if (typeof workflows !== 'object' || workflows === null) options.wrong('workflows', 'must be an object: what holds for which workflow');
  return { ages: agesOf(ages), workflows: new Map(Object.entries(workflows).map(([name, own]) => [name, agesOf(own, `workflows.${name}`)])) };
}

function agesOf(given: RetentionAges, within?: string): Ages {
  options.checkKeys(given, FINAL, within);
  const ages: Ages = {};
  for (const [status, age] of Object.entries(given)) {
    if (age === undefined) continue;
    ages[status as FinalStatus] = age === 'forever' ? null : Math.min(AGE_MAX_MS, options.duration(within === undefined ? status : `${within}.${status}`, age));
  }
  return ages;
}

const PRUNE_OPTIONS = ['olderThan', 'status', 'workflow', 'dryRun'];

/** Throws PerdureError `retention`: also for what is no option, since it would prune what it was to spare. */
export function pruningOf(given: PruneOptions): { policy: RetentionPolicy; only: (workflow: string) => boolean; dryRun: boolean } {
  options.checkKeys(given, PRUNE_OPTIONS);
  const { olderThan, status = FINAL, workflow, dryRun = false } = given;
  options.checkType('dryRun', dryRun, 'boolean', 'true or false');
  const ageMs = options.duration('olderThan', olderThan);
  const statuses = [status].flat();
  for (const one of statuses) if (!FINAL.includes(one)) options.refuse(`${String(one)} is no end of a run; there are ${FINAL.join(', ')}`);
  const ages = agesOf(Object.fromEntries(statuses.map((one) => [one, ageMs])));
  const name = workflow === undefined || typeof workflow === 'string' ? workflow : workflowOf(workflow, '`prune`').id;
  return { policy: { ages, workflows: new Map() }, only: (found) => name === undefined || found === name || nameOf(found) === name, dryRun };
}
