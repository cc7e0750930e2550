/**
 * Two minutes of chaos on a real PostgreSQL: nothing is lost, doubled, out of order or wrong. `npm run chaos` goes on for longer.
 */
import { expect, test } from 'vitest';
import { chaos, summary } from './chaos/chaos.ts';

const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const MINUTES = 2;
const FAULTS = 300;

test(`${MINUTES} minutes, CHAOS_SEED=${SEED}`, { timeout: 500_000 }, async () => {
  const report = await chaos({ minutes: MINUTES, faultsMin: FAULTS, seed: SEED });
  console.log(summary(report));
  if (report.violations.length > 0) console.log(report.trace.join('\n'));
  expect(report.violations).toEqual([]);
  expect(Object.values(report.faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(FAULTS);
  expect(report.steps).toBeGreaterThan(100);
});
