/**
 * Makes the ticks of schedules whose workflows this worker provides. Several workers do so at once; each tick is made by one.
 */
import { makeTicks } from '../control/schedule.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import type { Store } from '../store/store.ts';
import type { Registry } from './registry.ts';

const SCHEDULES_MAX = 100;

export class Schedules {
  private readonly store: Store;
  private readonly registry: Registry;
  /** Schedules that cannot be read, told once. */
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
      try {
        const made = await makeTicks(this.store, schedule, program);
        if (made.begun && made.turnKey !== null) turnKeys.push(made.turnKey);
      } catch (error) {
        if (!(error instanceof PerdureError) || error.code !== 'schedule') throw error;
        this.tell(schedule.id, error);
      }
    }
    return { inMs, turnKeys };
  }

  private tell(id: string, error: PerdureError): void {
    if (this.told.has(id)) return;
    this.told.add(id);
    host.warn(`perdure: the schedule '${id}' does not tick: ${error.message}`);
  }
}
