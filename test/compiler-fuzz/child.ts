/**
 * Judges mutated sources in a process of its own: `process.send` says what it is at, so that whoever started it knows
 * what hangs.
 */
import { programFor } from '../random-programs/source.ts';
import { Random } from '../support/random.ts';
import type { Mode } from '../support/harness.ts';
import { sourceFor } from './corpus.ts';
import { judge, type Outcome } from './judge.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate-source.ts';

export interface Finding {
  seed: number;
  what: string;
  source: string;
}

export type Told =
  | { at: number; running: boolean }
  | { done: number; outcome: Exclude<Outcome, { kind: 'wrong' }> }
  | { done: number; finding: Finding };

const tell = (message: Told): void => void process.send!(message);

const MODES: Mode[] = ['plain', 'every', 'delta'];

/** The source that a seed means. */
export function sourceOf(seed: number): string {
  const random = new Random(seed);
  const base = random.chance(0.25) ? programFor(seed) : sourceFor(`${seed}`);
  return mutate(base, sourceFor(`other of ${seed}`), random);
}

async function run(from: number, to: number): Promise<void> {
  for (let seed = from; seed < to; seed++) {
    tell({ at: seed, running: false });
    const mode = MODES[seed % MODES.length]!;
    const look = (source: string): Promise<Outcome> => judge(source, mode, () => tell({ at: seed, running: true }));
    const source = sourceOf(seed);
    const outcome = await look(source);
    if (outcome.kind !== 'wrong') tell({ done: seed, outcome });
    else tell({ done: seed, finding: { seed, what: outcome.what, source: await minimise(source, outcome.what, look) } });
  }
}

if (process.send) void run(Number(process.argv[2]), Number(process.argv[3])).then(() => process.disconnect());
