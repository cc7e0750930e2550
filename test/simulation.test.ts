/**
 * The real engine over a simulated database, network, clock and set of processes: the same seeds in every run, from SIM_SEED
 * on if that is set; `npm run sim` tries others. The seed is in the message of the test that fails;
 * `npm run sim -- --from SEED --seeds 1 --trace` shows what happens in it.
 */
import { describe, expect, test } from 'vitest';
import { PLANTED } from './simulation/planted.ts';
import { findPlanted, simulateMany } from './simulation/seeds.ts';
import { simulate } from './simulation/simulation.ts';
import { inTurn } from './simulation/turns.ts';

const SEEDS = 5000;
const PER_TEST = 500;
const FIRST = Number(process.env.SIM_SEED ?? 1);

describe('whatever fails, the guarantees hold, and all comes to its end', () => {
  for (let from = FIRST; from < FIRST + SEEDS; from += PER_TEST) {
    test(`seeds ${from} to ${from + PER_TEST - 1}`, { timeout: 300_000 }, async () => {
      const wrong: string[] = [];
      const total = await simulateMany(from, PER_TEST, {
        violationsMax: 3,
        each: ({ seed, violations }) => wrong.push(...violations.map((violation) => `seed ${seed}: ${violation}`)),
      });
      expect(wrong).toEqual([]);
      // A seed in which nothing fails, or nothing happens, tests nothing.
      expect(total.cycles).toBeGreaterThan(10 * PER_TEST);
      expect(Object.values(total.faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(10 * PER_TEST);
    });
  }
});

test('a seed is one history, the same every time', async () => {
  for (const seed of [1, 2, 3, 40]) {
    const [once, again] = [await inTurn(() => simulate(seed, { trace: true })), await inTurn(() => simulate(seed, { trace: true }))];
    expect(again.trace).toEqual(once.trace);
    expect(again.fingerprint).toBe(once.fingerprint);
    expect(once.trace.length).toBeGreaterThan(50);
  }
});

describe('a planted bug is found:', () => {
  test.each(PLANTED.map((bug) => [bug.name, bug] as const))('%s', { timeout: 300_000 }, async (_, bug) => {
    expect(await findPlanted(bug)).not.toBe(null);
  });
});
