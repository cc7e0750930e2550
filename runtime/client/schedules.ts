/**
 * Schedules as apps have them.
 */
import { OVERLAPS, specOf, type Overlap, type ScheduleSpec } from '../control/schedule.ts';
import { Options } from '../engine/options.ts';
import { workflowOf } from '../publish.ts';
import type { StoredSchedule } from '../store/schedules.ts';
import { copy } from './copy.ts';
import type { Arguments, Duration } from './start-options.ts';
import type { AnyWorkflow } from './starter.ts';

export type ScheduleOptions<A extends unknown[], R> = ScheduleSettings<A, R> & Arguments<A>;

interface ScheduleSettings<A extends unknown[], R> {
  /** Five fields: `0 3 * * *`, or `@daily` and its like. */
  cron: string;
  /** Whose clock counts: `Europe/Berlin`. Default: UTC. */
  timeZone?: string;
  workflow: AnyWorkflow<A, R>;
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

const KEYS = ['cron', 'timeZone', 'workflow', 'args', 'overlap', 'backfill'];

export function scheduleSpec(given: ScheduleOptions<any, unknown>): ScheduleSpec {
  const options: Options = new Options('schedule', 'Wrong schedule');
  options.checkKeys(given, KEYS);
  const { cron, timeZone = 'UTC', workflow, args = [], overlap = 'skip', backfill } = given;
  if (typeof cron !== 'string') options.wrong('cron', "must be an expression such as '0 3 * * *'");
  if (typeof timeZone !== 'string') options.wrong('timeZone', "must be the name of a zone, such as 'Europe/Berlin'");
  if (!OVERLAPS.includes(overlap)) options.wrong('overlap', `must be one of ${OVERLAPS.join(', ')}`);
  if (!Array.isArray(args)) options.wrong('args', 'must be an array: one element per argument');
  const { id } = workflowOf(workflow, '`schedule`');
  return { cron, timeZone, workflow: id, args: copy(args, 'args', `the arguments of ${id}`), overlap, backfillMs: options.durationOrNull('backfill', backfill) };
}

export function scheduleState(schedule: StoredSchedule): ScheduleState {
  const { cron, timeZone, workflow, overlap, backfillMs } = specOf(schedule);
  const { id, paused, nextMs, lastMs, lastRunId, skipped } = schedule;
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  return { id, cron, timeZone, workflow, overlap, backfillMs, paused, nextAt: paused ? null : date(nextMs), lastAt: date(lastMs), lastRun: lastRunId, skipped };
}
