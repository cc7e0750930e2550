/**
 * What simulations know of the inside of an engine.
 */
import type { Engine } from '../../runtime/client.ts';
import type { Program } from '../../runtime/engine/program.ts';

/** The programs that an engine has instantiated: one instance serves all, as within one process. */
export const programsOf = (engine: Engine): Map<string, Program> =>
  (engine as unknown as { registry: { programs: Map<string, Program> } }).registry.programs;

/** What an engine holds in memory. */
export function holdingsOf(engine: Engine): { held: number; calls: number } {
  const { worker } = engine as unknown as { worker: { held: Map<string, unknown>; dispatcher: { performer: { calls: { all(): unknown[] } } } } | null };
  return { held: worker?.held.size ?? 0, calls: worker?.dispatcher.performer.calls.all().length ?? 0 };
}
