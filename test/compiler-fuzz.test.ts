/**
 * A sample of mutated sources: each is refused with a diagnostic, or makes a program that does what plain Node does.
 * The same in every run, as far as the fixtures it is made of are; `npm run fuzz:compiler` takes others.
 */
import { expect, test } from 'vitest';
import { fuzzCompiler } from './compiler-fuzz/fuzz-compiler.ts';

const SOURCES = 250;

test(`${SOURCES} mutated sources`, { timeout: 300_000 }, async () => {
  const { findings, sources, refused, same } = await fuzzCompiler(1, SOURCES);
  expect(findings).toEqual([]);
  expect(sources).toBe(SOURCES);
  // A mutation that no compiler takes, or none refuses, tests half.
  expect(Object.values(refused).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(SOURCES / 4);
  expect(same).toBeGreaterThan(SOURCES / 4);
});
