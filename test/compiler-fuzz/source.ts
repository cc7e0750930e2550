/**
 * The mutated source that a seed means: of a random program, or of a fixture or an example.
 */
import { programFor } from '../random-programs/source.ts';
import { Random } from '../support/random.ts';
import { sourceFor } from './corpus.ts';
import { mutate } from './mutate-source.ts';

export function sourceOf(seed: number): string {
  const random = new Random(seed);
  const base = random.chance(0.25) ? programFor(seed) : sourceFor(`${seed}`);
  return mutate(base, sourceFor(`other of ${seed}`), random);
}
