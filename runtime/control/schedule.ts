/**
 * Schedules: what they say, when they tick, which ticks are made up, and what people do to them.
 */
import { CANCEL_WAIT_MS, cancelRun } from '../control.ts';
import { digest, firstHash } from '../chain.ts';
import { writeDocument, type Json } from '../codec/format.ts';
import { writeCause } from '../engine/arrival.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { Cron } from '../schedule/cron.ts';
import { TimeZone } from '../schedule/time-zone.ts';
import type { StoredSchedule } from '../store/schedules.ts';
import type { Store } from '../store/store.ts';
import { unlessOver } from './many.ts';
import { startRun, type Started } from './start.ts';
import { findWorkflow } from './workflows.ts';

/** What becomes of a tick at which the run before still goes on. */
export type Overlap = 'skip' | 'queue' | 'allow' | 'cancel-previous';
export const OVERLAPS: readonly Overlap[] = ['skip', 'queue', 'allow', 'cancel-previous'];

export interface ScheduleSpec {
  cron: string;
  timeZone: string;
  /** `module#name`. */
  workflow: string;
  /** A document of an array. */
  args: Json;
  overlap: Overlap;
  /** Ticks that nobody has made are made up as far back as this; null: only the last. */
  backfillMs: number | null;
}

const ID = /^[\w.:/+=-]{1,150}$/;

const isId = (id: unknown): id is string => typeof id === 'string' && ID.test(id);

/** Stores a schedule, or changes the one that is there. */
export async function putSchedule(store: Store, id: string, spec: ScheduleSpec, entry: string): Promise<void> {
  if (!isId(id)) throw wrong('id', 'has up to 150 letters, digits and . : / + = _ -');
  const next = calendarOf(spec)(await store.clock());
  if (next === null) throw wrong('cron', `'${spec.cron}' never comes`);
  await store.schedules.put(id, writeDocument(spec), entry, next);
  store.sql.announce();
}

const wrong = (option: string, why: string): PerdureError => new PerdureError('schedule', `Wrong schedule: ${option} ${why}.`);

/** The next tick after an instant. Throws PerdureError `schedule`. */
export function calendarOf({ cron, timeZone }: Pick<ScheduleSpec, 'cron' | 'timeZone'>): (after: number) => number | null {
  try {
    const [expression, zone] = [new Cron(cron), new TimeZone(timeZone)];
    return (after) => expression.next(after, zone);
  } catch (error) {
    throw new PerdureError('schedule', `Wrong schedule: ${(error as Error).message}`);
  }
}

export const specOf = ({ spec }: StoredSchedule): ScheduleSpec => JSON.parse(spec) as ScheduleSpec;

/** Throws `schedule_missing`. */
export async function findSchedule(store: Store, id: string): Promise<StoredSchedule> {
  const schedule = isId(id) ? await store.schedules.find(id) : null;
  if (!schedule) throw new PerdureError('schedule_missing', `There is no schedule '${id}'.`);
  return schedule;
}

export async function removeSchedule(store: Store, id: string): Promise<void> {
  if (!isId(id) || !(await store.schedules.remove(id))) await findSchedule(store, id);
}

/** Stops a schedule for a while, or lets it go on: with the next tick from now. */
export async function pauseSchedule(store: Store, id: string, paused: boolean): Promise<void> {
  const schedule = await findSchedule(store, id);
  if (schedule.paused === paused) return;
  await store.schedules.setPaused(id, paused, calendarOf(specOf(schedule))(schedule.nowMs));
  store.sql.announce();
}

/** Begins a run of a schedule now, whatever its clock says. */
export async function triggerSchedule(store: Store, id: string): Promise<Started> {
  const schedule = await findSchedule(store, id);
  const { workflow: name, args, overlap } = specOf(schedule);
  const { workflow, artifact } = await findWorkflow(store, name);
  if (overlap === 'cancel-previous') await cancelPrevious(store, schedule);
  const run = {
    id: `${id}@${iso(schedule.nowMs)}-${host.uuid().slice(0, 8)}`,
    args,
    tags: { schedule: id },
    ...(overlap === 'queue' ? { turn: { key: turnOf(id), limit: 1 } } : {}),
  };
  const started = await startRun(store, { workflow, program: artifact }, run);
  await store.schedules.noteRun(id, started.uid);
  return started;
}

// ——— Ticks ———

/** A tick that is made so late has not been missed: a worker looks when it polls, and others take its time. */
const PUNCTUAL_MS = 60_000;
/** How many ticks of one schedule are made in one go. */
const TICKS_MAX = 100;

/**
 * Makes the ticks of a schedule that have come. A tick that somebody else makes meanwhile ends it. Returns whether runs have
 * begun, and the key of the turns they wait for.
 */
export async function makeTicks(store: Store, schedule: StoredSchedule, program: { entry: string; hash: string }): Promise<{ begun: boolean; turnKey: string | null }> {
  const spec = specOf(schedule);
  const turnKey = spec.overlap === 'queue' ? turnOf(schedule.id) : null;
  let begun = false;
  for (const { at, next, begins } of plan(schedule, spec)) {
    if (begins && spec.overlap === 'cancel-previous') {
      const now = begun ? await store.schedules.find(schedule.id) : schedule;
      if (now?.nextMs !== at) break; // somebody else has made it, or has taken the schedule away
      await cancelPrevious(store, now);
    }
    const run = runOf(schedule.id, at, spec, program);
    const made = await store.schedules.tick({ schedule: schedule.id, spec: schedule.spec, at, next, begins, skips: spec.overlap === 'skip', run, turnKey });
    if (!made) break;
    begun ||= made.begun;
  }
  return { begun, turnKey };
}

interface Planned {
  at: number;
  next: number | null;
  begins: boolean;
}

/** The ticks that have come, in order; of those that came too long ago, none begins a run. */
export function plan({ nextMs, nowMs }: Pick<StoredSchedule, 'nextMs' | 'nowMs'>, spec: Pick<ScheduleSpec, 'cron' | 'timeZone' | 'backfillMs'>): Planned[] {
  if (nextMs === null || nextMs > nowMs) return [];
  const next = calendarOf(spec);
  const since = spec.backfillMs === null ? lastBefore(next, nextMs, nowMs) : nowMs - Math.max(spec.backfillMs, PUNCTUAL_MS);
  const out: Planned[] = [];
  let at: number | null = nextMs;
  if (at < since) {
    // In one step over all that nobody wants any more.
    const first = next(since - 1);
    out.push({ at, next: first, begins: false });
    at = first;
  }
  for (; at !== null && at <= nowMs && out.length < TICKS_MAX; at = out.at(-1)!.next) out.push({ at, next: next(at), begins: true });
  return out;
}

/** The last tick up to now: looked for backwards, in steps that double. */
function lastBefore(next: (after: number) => number | null, first: number, now: number): number {
  let last = first;
  for (let stepMs = 60_000; ; stepMs *= 2) {
    const from = Math.max(now - stepMs, first - 1);
    const found = next(from);
    if (found !== null && found <= now) {
      last = found;
      break;
    }
    if (from < first) break;
  }
  for (let following = next(last); following !== null && following <= now; following = next(last)) last = following;
  return last;
}

function runOf(id: string, at: number, { workflow, args }: ScheduleSpec, { entry, hash: artifact }: { entry: string; hash: string }) {
  const uid = host.orderedUuid();
  const cause = writeCause({ kind: 'start', workflow, args });
  const argsHash = digest(writeDocument(args));
  return { uid, id: `${id}@${iso(at)}`, workflow, entry, artifact, argsHash, hash: firstHash(uid, cause), cause };
}

/** `nightly@2030-01-31T02:00:00Z` */
const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const turnOf = (id: string): string => `schedule:${id}`;

async function cancelPrevious(store: Store, { lastRun, id }: Pick<StoredSchedule, 'lastRun' | 'id'>): Promise<void> {
  if (lastRun === null) return;
  await unlessOver(() => cancelRun(store, { uid: lastRun }, { reason: `the next run of '${id}' begins`, graceMs: CANCEL_WAIT_MS }));
}
