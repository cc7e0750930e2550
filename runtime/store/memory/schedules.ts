/** `queries/schedules.ts` in memory. */
import {
  dueSchedules,
  findSchedule,
  listSchedules,
  makeTick,
  noteScheduledRun,
  pauseSchedule,
  putSchedule,
  removeSchedule,
} from '../queries/schedules.ts';
import type { Row } from '../sql.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import { insertRun } from './start-run.ts';
import { isOpen, type ScheduleRow, type Tables } from './tables.ts';

const columns = ({ runs, now }: Tables, schedule: ScheduleRow): Row => ({
  id: schedule.id,
  spec: schedule.spec,
  entry: schedule.entry,
  paused: schedule.paused,
  last_run: schedule.lastRun,
  skipped: schedule.skipped,
  next_ms: schedule.nextAt,
  last_ms: schedule.lastAt,
  last_run_id: schedule.lastRun === null ? null : (runs.byUid.get(schedule.lastRun)?.id ?? null),
  now_ms: now(),
});

export const scheduling: Implementation[] = [
  on(putSchedule, ({ schedules }, id: string, spec: string, entry: string, nextAt: number | null) => {
    checkJson(spec);
    const known = schedules.get(id);
    if (known?.spec === spec && known.entry === entry) return [];
    if (known) Object.assign(known, { spec, entry, nextAt });
    else schedules.set(id, { id, spec, entry, paused: false, nextAt, lastAt: null, lastRun: null, skipped: 0 });
    return [{ id }];
  }),

  on(removeSchedule, ({ schedules }, id: string) => (schedules.delete(id) ? [{ id }] : [])),

  on(findSchedule, (tables, id: string) => {
    const schedule = tables.schedules.get(id);
    return schedule ? [columns(tables, schedule)] : [];
  }),

  on(listSchedules, (tables) => [...tables.schedules.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((schedule) => columns(tables, schedule))),

  on(pauseSchedule, ({ schedules }, id: string, paused: boolean, nextAt: number | null) => {
    const schedule = schedules.get(id);
    if (!schedule) return [];
    Object.assign(schedule, { paused, nextAt });
    return [{ id }];
  }),

  on(dueSchedules, (tables, entries: string[], withinMs: number, limit: number) => {
    const until = tables.now() + withinMs;
    return [...tables.schedules.values()]
      .filter(({ paused, nextAt, entry }) => !paused && nextAt !== null && nextAt <= until && entries.includes(entry))
      .sort((a, b) => a.nextAt! - b.nextAt!)
      .slice(0, limit)
      .map((schedule) => columns(tables, schedule));
  }),

  on(
    makeTick,
    (
      tables,
      id: string,
      at: number,
      next: number | null,
      wanted: boolean,
      skips: boolean,
      uid: string,
      runId: string,
      workflow: string,
      entry: string,
      artifact: string,
      argsHash: Buffer,
      hash: Buffer,
      cause: string,
      turnKey: string | null,
      spec: string,
    ) => {
      const schedule = tables.schedules.get(id);
      if (!schedule || schedule.paused || schedule.nextAt !== at || schedule.spec !== spec) return [];
      const last = schedule.lastRun === null ? undefined : tables.runs.byUid.get(schedule.lastRun);
      const begins = wanted && !(skips && last && isOpen(last));
      const waits = turnKey === null ? {} : ({ status: 'pending', wakeAt: null, turn: { key: turnKey, limit: 1 } } as const);
      const begun = begins && insertRun(tables, { uid, id: runId, workflow, entry, artifact, argsHash, hash, cause }, { ...waits, tags: { schedule: id } });
      schedule.nextAt = next;
      if (wanted) schedule.lastAt = at;
      if (begun) schedule.lastRun = uid;
      if (wanted && !begins) schedule.skipped++;
      return [{ uid: begun ? uid : null }];
    },
  ),

  on(noteScheduledRun, ({ schedules }, id: string, uid: string) => {
    const schedule = schedules.get(id);
    if (schedule) schedule.lastRun = uid;
    return [];
  }),
];
