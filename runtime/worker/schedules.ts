/**
 * Makes the ticks of schedules whose workflows this worker provides. Several workers do so at once; each tick is made by one.
 */
import { makeTicks, specOf } from '../control/schedule.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import type { Store } from '../store/store.ts';
import type { Registry } from './registry.ts';

const SCHEDULES_MAX = 100;

export class Schedules {
  private readonly store: Store;
  private readonly registry: Registry;
  /** Schedules that do not tick here, told once. */
  private readonly told = new Set<string>();

  constructor(store: Store, registry: Registry) {
    this.store = store;
    this.registry = registry;
  }

  /** Makes the ticks that have come. Returns in how many ms the next comes, if it is within `withinMs`; and the keys of turns that runs wait for. */
  async look(withinMs: number): Promise<{ inMs: number | null; turnKeys: string[] }> {
    const due = await this.store.schedules.due(this.registry.entries(), withinMs, SCHEDULES_MAX);
    let inMs: number | null = null;
    const turnKeys: string[] = [];
    for (const schedule of due) {
      const left = schedule.nextMs! - schedule.nowMs;
      if (left > 0) {
        inMs ??= left;
        continue;
      }
      const program = this.registry.registered().findLast(({ entry }) => entry === schedule.entry);
      if (!program) continue;
      const { workflow } = specOf(schedule);
      if (!this.registry.program(program.hash)!.isWorkflow(workflow)) {
        // It is gone in this version, or not there yet. A run of it would be parked, and nothing begin beside that; another worker may have it.
        this.tell(schedule.id, `this app has no workflow ${workflow} any more, or not yet.`);
        continue;
      }
      try {
        const made = await makeTicks(this.store, schedule, program);
        if (made.begun && made.turnKey !== null) turnKeys.push(made.turnKey);
      } catch (error) {
        if (!(error instanceof PerdureError) || error.code !== 'schedule') throw error;
        this.tell(schedule.id, error.message);
      }
    }
    // All of them have come, and more may have; but for those that never tick, which come first every time.
    if (inMs === null && due.length === SCHEDULES_MAX && !due.every(({ id }) => this.told.has(id))) inMs = 0;
    return { inMs, turnKeys };
  }

  private tell(id: string, why: string): void {
    if (this.told.has(id)) return;
    this.told.add(id);
    host.warn(`perdure: the schedule '${id}' does not tick here: ${why}`);
  }
}
