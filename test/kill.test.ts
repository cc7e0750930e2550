/**
 * Workers killed by SIGKILL at random moments: nothing is lost, nothing doubled, every result is right.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Happening } from './kill/journal.ts';
import { killLoop, type KillReport, type LoadRun } from './kill/kill-loop.ts';
import { freshDatabase } from './support/database.ts';

const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31));

type Effect = Happening['effect'];

interface Expected {
  value: unknown;
  /** Every effect that must happen once: `pay 3`. */
  effects: string[];
}

/** What a run must return and do, worked out without running it. */
function expected({ workflow, args }: LoadRun): Expected {
  const effects: string[] = [];
  const happen = (effect: Effect, step: number, value: number): number => {
    effects.push(`${effect} ${step}`);
    return value;
  };
  if (workflow === 'sequence') {
    const steps = args[1] as number;
    const sums = { even: 0, odd: 0, undone: 0 };
    for (let step = 0; step < steps; step++) {
      sums[step % 2 === 0 ? 'even' : 'odd'] += step % 3 === 0 ? happen('pay', step, 3 * (10 + step)) : happen('note', step, step + 1);
    }
    for (let step = steps - 1; step >= steps - 3; step--) sums.undone += happen('note', 1000 + step, 1001 + step);
    return { value: Object.entries(sums), effects };
  }
  if (workflow === 'fan') {
    const [, width, rounds] = args as [string, number, number];
    const perRound = Array.from({ length: rounds }, (_, round) =>
      Array.from({ length: width }, (__, task) => {
        const step = round * 100 + task;
        return happen(task % 2 === 0 ? 'pay' : 'moody', step, 3 * step) + happen('note', 10_000 + step, 10_001 + step);
      }).reduce((a, b) => a + b, 0),
    );
    return { value: { gathered: width * rounds, perRound }, effects };
  }
  const order = Array.from({ length: args[1] as number }, (_, number) => number);
  for (const number of order) if (number % 5 === 4) happen('note', number, number + 1);
  return { value: expect.objectContaining({ order }), effects };
}

function check(report: KillReport): void {
  const { runs, outcomes, happenings } = report;
  for (const run of runs) {
    const { value, effects } = expected(run);
    expect({ id: run.id, ...outcomes.get(run.id) }).toEqual({ id: run.id, status: 'completed', value });
    const mine = happenings.filter((h) => h.run === run.id);
    // An idempotent effect may have been carried out again, under the same key; the others never.
    const once = [...new Set(mine.map((h) => `${h.effect} ${h.step} ${h.key}`))].map((h) => h.split(' ').slice(0, 2).join(' '));
    expect([run.id, ...once.sort()]).toEqual([run.id, ...effects.sort()]);
    const keys = mine.filter((h) => h.effect !== 'note').map((h) => h.key);
    expect(new Set(keys).size).toBe(keys.length);
  }
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
    check(report);
    // Nobody's connection but the worker's was cut, so no message was sent twice.
    for (const { id, workflow } of report.runs) if (workflow === 'collect') expect(report.outcomes.get(id)!.value).toMatchObject({ twice: 0 });
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
