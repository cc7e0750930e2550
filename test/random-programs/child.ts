/**
 * Judges random programs in a process of its own, one seed after the other.
 */
import { Random } from '../support/random.ts';
import type { Mode } from '../support/harness.ts';
import { tell } from '../support/seeds.ts';
import { Comparison } from './comparison.ts';
import type { Verdict } from './fuzz.ts';
import { programFor } from './source.ts';

/** Which of so many waits throw, one in each run: all, or some that the seed chooses. */
const chosen = (seed: number, most: number) => (waits: number): number[] => {
  const all = Array.from({ length: waits }, (_, i) => i + 1);
  const random = new Random(`waits of ${seed}`);
  while (all.length > most) all.splice(random.below(all.length), 1);
  return all;
};

async function run(from: number, to: number, throwing: number, mode: Mode | undefined): Promise<void> {
  for (let seed = from; seed < to; seed++) {
    const source = programFor(seed);
    const modes: Mode[] = mode ? [mode] : ['plain', (['every', 'delta', 'moved'] as const)[seed % 3]!];
    const comparison = new Comparison((doing) => tell({ at: seed, doing }));
    try {
      const outcome = await comparison.program(source, modes, chosen(seed, throwing));
      const { runs, waits } = comparison;
      const verdict: Verdict = { rejected: outcome === 'rejected', runs, waits, failure: null };
      if (outcome !== null && outcome !== 'rejected') {
        verdict.failure = await comparison.smallest(source, modes, outcome, (smaller) => tell({ at: seed, smaller }));
      }
      tell({ done: seed, verdict });
    } finally {
      comparison.close();
    }
  }
}

const [from, to, throwing, mode] = process.argv.slice(2);
await run(Number(from), Number(to), Number(throwing), mode as Mode | undefined);
process.disconnect();
