/**
 * Schedules as apps have them.
 */
import { durationMs } from '../builtins/duration.ts';
import { OVERLAPS, specOf, type Overlap, type ScheduleSpec } from '../control/schedule.ts';
import { PerdureError } from '../errors.ts';
import { workflowOf } from '../publish.ts';
import type { StoredSchedule } from '../store/schedules.ts';
import { copy } from './copy.ts';
import type { Duration } from './start-options.ts';
import type { AnyWorkflow } from './starter.ts';

export interface ScheduleOptions<A extends unknown[], R> {
  /** Five fields: `0 3 * * *`, or `@daily` and its like. */
  cron: string;
  /** Whose clock counts: `Europe/Berlin`. Default: UTC. */
  timeZone?: string;
  workflow: AnyWorkflow<A, R>;
  args?: NoInfer<A>;
  /** What becomes of a tick at which the run before still goes on. Default: `skip`. */
  overlap?: Overlap;
  /** Ticks that nobody has made, because no worker was there, are made up as far back as this. Default: only the last. */
  backfill?: Duration;
}

export interface ScheduleState {
  id: string;
  cron: string;
  timeZone: string;
  workflow: string;
  overlap: Overlap;
  /** ms; null: only the last. */
  backfillMs: number | null;
  paused: boolean;
  nextAt: Date | null;
  lastAt: Date | null;
  /** The id of the run that was begun last. */
  lastRun: string | null;
  /** Ticks at which the run before still went on, so that none began. */
  skipped: number;
}

const wrong = (option: string, why: string): PerdureError => new PerdureError('schedule', `Wrong schedule: ${option} ${why}.`);

const OPTIONS = ['cron', 'timeZone', 'workflow', 'args', 'overlap', 'backfill'];

export function scheduleSpec<A extends unknown[], R>(options: ScheduleOptions<A, R>): ScheduleSpec {
  for (const key of Object.keys(options)) if (!OPTIONS.includes(key)) throw wrong(key, `is no option; there are ${OPTIONS.join(', ')}`);
  const { cron, timeZone = 'UTC', workflow, args = [], overlap = 'skip', backfill } = options;
  if (typeof cron !== 'string') throw wrong('cron', "must be an expression such as '0 3 * * *'");
  if (typeof timeZone !== 'string') throw wrong('timeZone', "must be the name of a zone, such as 'Europe/Berlin'");
  if (!OVERLAPS.includes(overlap)) throw wrong('overlap', `must be one of ${OVERLAPS.join(', ')}`);
  const { id } = workflowOf(workflow);
  return { cron, timeZone, workflow: id, args: copy(args, 'args', `the arguments of ${id}`), overlap, backfillMs: backfill === undefined ? null : duration(backfill) };
}

function duration(backfill: Duration): number {
  try {
    return durationMs(backfill);
  } catch (error) {
    throw wrong('backfill', `is no duration: ${(error as Error).message}`);
  }
}

export function scheduleState(schedule: StoredSchedule): ScheduleState {
  const { cron, timeZone, workflow, overlap, backfillMs } = specOf(schedule);
  const { id, paused, nextMs, lastMs, lastRunId, skipped } = schedule;
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  return { id, cron, timeZone, workflow, overlap, backfillMs, paused, nextAt: paused ? null : date(nextMs), lastAt: date(lastMs), lastRun: lastRunId, skipped };
}
