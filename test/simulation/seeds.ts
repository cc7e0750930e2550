/**
 * Many seeds, one after the other.
 */
import type { PlantedBug } from './planted.ts';
import { simulate, type SimulationResult } from './simulation.ts';
import { inTurn } from './turns.ts';

export interface Total {
  seeds: number;
  runs: number;
  cycles: number;
  attempts: number;
  steps: number;
  virtualMs: number;
  faults: Record<string, number>;
  /** Seeds with violations. */
  violations: number;
}

export interface SeedsOptions {
  trace?: boolean;
  /** Stops after so many seeds with violations. */
  violationsMax: number;
  each(result: SimulationResult): void;
}

export async function simulateMany(from: number, count: number, { trace = false, violationsMax, each }: SeedsOptions): Promise<Total> {
  const total: Total = { seeds: 0, runs: 0, cycles: 0, attempts: 0, steps: 0, virtualMs: 0, faults: {}, violations: 0 };
  for (let seed = from; seed < from + count && total.violations < violationsMax; seed++) {
    const result = await inTurn(() => simulate(seed, { trace }));
    total.seeds++;
    for (const key of ['runs', 'cycles', 'attempts', 'steps', 'virtualMs'] as const) total[key] += result[key];
    for (const [kind, times] of Object.entries(result.faults)) total.faults[kind] = (total.faults[kind] ?? 0) + times;
    if (result.violations.length > 0) total.violations++;
    each(result);
  }
  return total;
}

/** What a plant would do that itself is broken: that finds nothing. */
const BREAKS = /throws|unhandled rejection/;

/** The first seed that shows a planted bug, and how; null if none does of those that it has. */
export async function findPlanted({ plant, seeds = 1000 }: PlantedBug): Promise<{ seed: number; violation: string } | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations } = await inTurn(() => simulate(seed, { plant }));
    const violation = violations.find((what) => !BREAKS.test(what));
    if (violation !== undefined) return { seed, violation };
  }
  return null;
}
