/**
 * Schedules.
 */
import {
  dueSchedules,
  findSchedule,
  listSchedules,
  makeTick,
  noteScheduledRun,
  pauseSchedule,
  putSchedule,
  removeSchedule,
} from './queries/schedules.ts';
import type { NewRun } from './runs.ts';
import type { Row, Sql } from './sql.ts';

export interface StoredSchedule {
  id: string;
  /** JSON text. */
  spec: string;
  entry: string;
  paused: boolean;
  /** The next tick that nobody has made; null: there is none. */
  nextMs: number | null;
  /** The last one that was made. */
  lastMs: number | null;
  /** The uid and the id of the run that was begun last. */
  lastRun: string | null;
  lastRunId: string | null;
  /** Ticks at which the run before still went on. */
  skipped: number;
  /** The database's clock. */
  nowMs: number;
}

export interface Tick {
  schedule: string;
  /** What it says, as JSON text. */
  spec: string;
  at: number;
  next: number | null;
  /** Whether a run begins; whether it does not if the last one still goes on. */
  begins: boolean;
  skips: boolean;
  run: NewRun;
  turnKey: string | null;
}

export class Schedules {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Returns whether it is new, or another one than before. */
  async put(id: string, spec: string, entry: string, nextMs: number | null): Promise<boolean> {
    return (await this.sql.query(putSchedule, [id, spec, entry, nextMs])).length === 1;
  }

  async remove(id: string): Promise<boolean> {
    return (await this.sql.query(removeSchedule, [id])).length === 1;
  }

  async find(id: string): Promise<StoredSchedule | null> {
    const [row] = await this.sql.query(findSchedule, [id]);
    return row ? toSchedule(row) : null;
  }

  async list(): Promise<StoredSchedule[]> {
    return (await this.sql.query(listSchedules, [])).map(toSchedule);
  }

  async setPaused(id: string, paused: boolean, nextMs: number | null): Promise<boolean> {
    return (await this.sql.query(pauseSchedule, [id, paused, nextMs])).length === 1;
  }

  /** Those whose next tick has come, or comes within so many ms. */
  async due(entries: string[], withinMs: number, limit: number): Promise<StoredSchedule[]> {
    return (await this.sql.query(dueSchedules, [entries, withinMs, limit])).map(toSchedule);
  }

  /** Makes a tick. Returns null if it was made before; else whether a run has begun. */
  async tick({ schedule, spec, at, next, begins, skips, run, turnKey }: Tick): Promise<{ begun: boolean } | null> {
    const { uid, id, workflow, entry, artifact, argsHash, hash, cause } = run;
    const [row] = await this.sql.query(makeTick, [
      schedule, at, next, begins, skips, uid, id, workflow, entry, artifact, argsHash, hash, cause, turnKey, spec,
    ]);
    return row ? { begun: row.uid !== null } : null;
  }

  async noteRun(id: string, uid: string): Promise<void> {
    await this.sql.query(noteScheduledRun, [id, uid]);
  }
}

function toSchedule(row: Row): StoredSchedule {
  const ms = (value: unknown): number | null => (value === null ? null : Number(value));
  const text = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    id: String(row.id),
    spec: String(row.spec),
    entry: String(row.entry),
    paused: row.paused === true,
    nextMs: ms(row.next_ms),
    lastMs: ms(row.last_ms),
    lastRun: text(row.last_run),
    lastRunId: text(row.last_run_id),
    skipped: Number(row.skipped),
    nowMs: Number(row.now_ms),
  };
}
