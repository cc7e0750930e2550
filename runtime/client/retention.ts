/**
 * Retention as apps write it.
 */
import { durationMs } from '../builtins/duration.ts';
import { FINAL, nameOf, type Ages, type RetentionPolicy } from '../control/prune.ts';
import { PerdureError } from '../errors.ts';
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

/** Throws PerdureError `retention`. */
export function retentionOf({ workflows = {}, ...ages }: RetentionOption): RetentionPolicy {
  return { ages: agesOf(ages), workflows: new Map(Object.entries(workflows).map(([name, own]) => [name, agesOf(own, `workflows.${name}.`)])) };
}

function agesOf(given: RetentionAges, within = ''): Ages {
  const ages: Ages = {};
  for (const [status, age] of Object.entries(given)) {
    if (!FINAL.includes(status as FinalStatus)) throw wrong(`${within}${status} is no end of a run; there are ${FINAL.join(', ')}`);
    if (age === undefined) continue;
    ages[status as FinalStatus] = age === 'forever' ? null : duration(`${within}${status}`, age);
  }
  return ages;
}

const PRUNE_OPTIONS = ['olderThan', 'status', 'workflow', 'dryRun'];

/** Throws PerdureError `retention`: also for what is no option, since it would prune what it was to spare. */
export function pruningOf(options: PruneOptions): { policy: RetentionPolicy; only: (workflow: string) => boolean } {
  for (const key of Object.keys(options)) if (!PRUNE_OPTIONS.includes(key)) throw wrong(`'${key}' is no option; there are ${PRUNE_OPTIONS.join(', ')}`);
  const { olderThan, status = FINAL, workflow } = options;
  const ageMs = duration('olderThan', olderThan);
  const ages = agesOf(Object.fromEntries([status].flat().map((one) => [one, ageMs])));
  const name = workflow === undefined || typeof workflow === 'string' ? workflow : workflowOf(workflow).id;
  return { policy: { ages, workflows: new Map() }, only: (found) => name === undefined || found === name || nameOf(found) === name };
}

function duration(option: string, value: number | string): number {
  try {
    if (typeof value !== 'number' && typeof value !== 'string') throw new Error('a duration was expected');
    return durationMs(value);
  } catch (error) {
    throw wrong(`${option}: ${(error as Error).message}`);
  }
}

const wrong = (why: string): PerdureError => new PerdureError('retention', `Wrong retention: ${why}.`);
