/**
 * Random programs against plain Node: the same in every run; `FUZZ_SEED` and `npm run fuzz` take others. A failure
 * names its seed; `npm run fuzz -- --from SEED --seeds 1` runs that program again.
 */
import { describe, expect, test } from 'vitest';
import { fuzz } from './random-programs/fuzz.ts';

const PROGRAMS = 1200;
const PER_TEST = 200;
const FIRST = Number(process.env.FUZZ_SEED ?? 1);

describe('random programs print what they print in plain Node', () => {
  for (let from = FIRST; from < FIRST + PROGRAMS; from += PER_TEST) {
    test(`seeds ${from} to ${from + PER_TEST - 1}`, { timeout: 300_000 }, async () => {
      const { failures, rejected } = await fuzz({ from, count: PER_TEST, throwing: 1 });
      expect(failures).toEqual([]);
      // A program that plain Node refuses tests nothing.
      expect(rejected).toBeLessThan(PER_TEST / 10);
    });
  }
});
