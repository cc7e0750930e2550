/**
 * Random programs against plain Node: the same in every run; `FUZZ_SEED` and `npm run fuzz` take others. The seed
 * is in the name of the test that fails; `npm run fuzz -- --from SEED --seeds 1` runs that program again.
 */
import { describe, expect, test } from 'vitest';
import { fuzz } from './random-programs/fuzz.ts';

const PROGRAMS = 2000;
const PER_TEST = 100;
const FIRST = Number(process.env.FUZZ_SEED ?? 1);

describe('random programs print what they print in plain Node', () => {
  for (let from = FIRST; from < FIRST + PROGRAMS; from += PER_TEST) {
    test(`seeds ${from} to ${from + PER_TEST - 1}`, { timeout: 300_000 }, async () => {
      const { failure, seed, rejected } = await fuzz({ from, count: PER_TEST, throwing: 1 });
      expect(failure, `seed ${seed}`).toBeNull();
      // A program that plain Node refuses tests nothing.
      expect(rejected).toBeLessThan(PER_TEST / 10);
    });
  }
});
