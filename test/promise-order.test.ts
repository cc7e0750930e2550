/**
 * The order of promise jobs is V8's: random programs print what plain Node prints, in plain execution and with the
 * state encoded and decoded at every suspension.
 *
 * `SEEDS=5000 FROM=1 npx vitest run test/promise-order.test.ts` runs more; a failure prints seed and program.
 */
import { expect, test } from 'vitest';
import { compileText } from './support/stepper.ts';
import { type Mode, runCompiled } from './support/harness.ts';
import { runOracle } from './support/oracle.ts';
import { PromiseGenerator, renderPromises } from './support/promises.ts';

const SEEDS = Number(process.env.SEEDS ?? 300);
const FROM = Number(process.env.FROM ?? 1);

/** What differs between plain Node and the compiled program; null if nothing does. */
async function difference(source: string, modes: Mode[]): Promise<string | null> {
  const expected = await runOracle('/virtual/main.wf.ts', { 'main.wf.ts': source });
  if (expected.at(-1) !== 'returned "end"') throw new Error(`plain Node does not run it to its end: ${expected.at(-1)}\n${source}`);
  for (const mode of modes) {
    let actual: string[];
    try {
      actual = runCompiled(compileText(source), { mode });
    } catch (error) {
      actual = [String((error as Error).stack)];
    }
    const at = expected.findIndex((line, i) => line !== actual[i]);
    if (at !== -1 || actual.length !== expected.length) {
      const part = (lines: string[]): string => lines.slice(Math.max(0, at - 5), at + 8).join('\n    ');
      return `${mode}, line ${at}\n  expected\n    ${part(expected)}\n  actual\n    ${part(actual)}`;
    }
  }
  return null;
}

/** Leaves out statements as long as the rest still differs. */
async function smaller(lines: string[], modes: Mode[]): Promise<string[]> {
  for (let i = lines.length - 1; i > 0; i--) {
    const rest = lines.toSpliced(i, 1);
    const still = await difference(renderPromises(rest), modes).catch(() => null);
    if (still !== null && !still.includes('is not defined')) lines = rest;
  }
  return lines;
}

async function check(seed: number, suspends: boolean, modes: Mode[]): Promise<void> {
  const lines = new PromiseGenerator(seed, suspends).program();
  if ((await difference(renderPromises(lines), modes)) === null) return;
  const small = await smaller(lines, modes);
  expect.fail(`seed ${seed}\n${small.join('\n')}\n${await difference(renderPromises(small), modes)}`);
}

test(`${SEEDS} programs that only the job queue orders`, { timeout: 600_000 }, async () => {
  for (let seed = FROM; seed < FROM + SEEDS; seed++) await check(seed, false, ['plain', 'every']);
});

test(`${SEEDS >> 1} programs that wait for effects in between`, { timeout: 600_000 }, async () => {
  for (let seed = FROM; seed < FROM + (SEEDS >> 1); seed++) await check(seed, true, ['plain', seed % 2 === 0 ? 'every' : 'delta']);
});
