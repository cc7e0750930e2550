/**
 * Workers killed by SIGKILL at random moments: nothing is lost, nothing doubled, every result is right.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectedOf, judgeRun } from './kill/expected.ts';
import { killLoop, type KillReport } from './kill/kill-loop.ts';
import { freshDatabase } from './support/database.ts';

const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31));

function check({ runs, outcomes, happenings }: KillReport): void {
  const wrong = runs.flatMap((run) => {
    const seen = outcomes.get(run.id);
    // Who is cut off while a message is being sent sends it again, without a key; the run counts it.
    const outcome = seen && run.workflow === 'collect' ? { ...seen, value: { ...(seen.value as object), twice: 0 } } : seen;
    return judgeRun(run.id, expectedOf(run), outcome, happenings.filter((happening) => happening.run === run.id));
  });
  expect(wrong).toEqual([]);
  expect(new Set(happenings.map((h) => h.run)).size).toBeLessThanOrEqual(runs.length);
  expect(outcomes.size).toBe(runs.length);
}

function power({ kills, resolved, runs, happenings }: KillReport): string {
  const again = happenings.length - new Set(happenings.map(({ key }) => key)).size;
  return `${kills} kills, ${runs.length} runs, ${happenings.length} effects; in doubt: ${resolved.result} had happened, ${resolved.retry} had not; ${again} idempotent ones happened again`;
}

describe(`kill loop, KILL_SEED=${SEED}`, () => {
  test('60 kills on PostgreSQL', { timeout: 400_000 }, async () => {
    const report = await killLoop({ target: await freshDatabase(), kills: 60, seed: SEED, runsPerWorker: 2 });
    // Nobody's connection but the worker's was cut, so no message was sent twice.
    for (const { id, workflow } of report.runs) if (workflow === 'collect') expect(report.outcomes.get(id)!.value).toMatchObject({ twice: 0 });
    check(report);
    console.log(power(report));
    expect(report.resolved.result).toBeGreaterThan(0);
    expect(report.resolved.retry).toBeGreaterThan(0);
  });

  test('20 kills on PGlite', { timeout: 400_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'perdure-kill-store-'));
    try {
      const report = await killLoop({ target: folder, kills: 20, seed: SEED, runsPerWorker: 3 });
      check(report);
      console.log(power(report));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
