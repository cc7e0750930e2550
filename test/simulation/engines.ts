/**
 * What simulations know of the inside of an engine.
 */
import type { Engine } from '../../runtime/client.ts';
import type { Program } from '../../runtime/engine/program.ts';

/** The programs that an engine has instantiated: one instance serves all, as within one process. */
export const programsOf = (engine: Engine): Map<string, Program> =>
  (engine as unknown as { registry: { programs: Map<string, Program> } }).registry.programs;

interface Inside {
  held: Map<string, unknown>;
  dispatcher: {
    memory: { runs: Map<string, { begun: Map<number, unknown>; aborted: Set<number> | null }> };
    performer: { calls: { byRun: Map<string, unknown> } };
  };
}

/** Of how many runs an engine has something in memory: held, calls under way, or a memory of calls that has nothing in it. */
export function holdingsOf(engine: Engine): { held: number; calls: number; empty: number } {
  const { worker } = engine as unknown as { worker: Inside | null };
  if (!worker) return { held: 0, calls: 0, empty: 0 };
  const { held, dispatcher } = worker;
  const empty = [...dispatcher.memory.runs.values()].filter(({ begun, aborted }) => begun.size === 0 && !aborted?.size);
  return { held: held.size, calls: dispatcher.performer.calls.byRun.size, empty: empty.length };
}
