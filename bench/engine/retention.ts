/**
 * Pruning under a steady load: runs that have been over for a while go all the time, as many as are started. Do tables and
 * indexes stay as large as they are, with the autovacuum of PostgreSQL's defaults? And what do the runs feel of it?
 */
import type { Client } from 'pg';
import type { Group } from '../group.ts';
import { showNumber, type Table } from '../table.ts';
import { ask, type Bench, endBench, percentile, withServer, workOn } from './bench-engine.ts';

/** Effects of each run. */
const STEPS = 10;
const RUNS_PER_SECOND = 40;
const KEPT_MS = 10_000;
const PRUNE_EVERY_MS = 5000;

export const retention: Group = {
  name: 'retention',
  about: `${RUNS_PER_SECOND} runs of ten trivial effects are started each second; what has been over for ${KEPT_MS / 1000} s is pruned every ${PRUNE_EVERY_MS / 1000} s.
Sizes of the tables \`runs\` and \`log\` and of their indexes, and dead rows, at thirds of the time; and how long runs take of whose
time a pruning has a part, against those between two.`,

  run: ({ quick }) => withServer(async (url) => [await retentionTable(url, quick ? 45_000 : 240_000, !quick)]),
};

interface Reading {
  at: number;
  live: number;
  dead: number;
  heap: number;
  indexes: number;
}

async function retentionTable(url: string, totalMs: number, isVacuumed: boolean): Promise<Table> {
  const bench = await workOn(url, 'effects', { step: (n: number) => n }, { connectionsMax: 10 });
  const from = performance.now();
  const readings: Reading[] = [];
  const times = { pruning: [] as number[], between: [] as number[] };
  let [pruned, over] = [0, false];
  /** When the last pruning ended; infinite while one is under way. */
  let prunedUntil = 0;
  const pruning = (async () => {
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, PRUNE_EVERY_MS));
      prunedUntil = Number.POSITIVE_INFINITY;
      pruned += (await bench.engine.prune({ olderThan: KEPT_MS })).runs;
      prunedUntil = performance.now();
    }
  })();
  const runs: Promise<void>[] = [];
  for (let n = 0; performance.now() - from < totalMs; n++) {
    await new Promise((resolve) => setTimeout(resolve, from + (n * 1000) / RUNS_PER_SECOND - performance.now()));
    const begun = performance.now();
    runs.push(timed(bench).then((ms) => void times[prunedUntil > begun ? 'pruning' : 'between'].push(ms)));
    if (performance.now() - from > ((readings.length + 1) * totalMs) / 3) readings.push(await read(bench.client, from));
  }
  const perSecond = (runs.length * 1000) / (performance.now() - from);
  await Promise.all(runs);
  if (readings.length < 3) readings.push(await read(bench.client, from));
  over = true;
  await pruning;
  const vacuums = await ask(bench.client, "SELECT sum(autovacuum_count) FROM pg_stat_user_tables WHERE relname IN ('runs', 'log')");
  await endBench(bench);
  const row = (what: string, pick: (reading: Reading) => number): string[] => [what, ...readings.map((reading) => showNumber(pick(reading)))];
  const [, middle, last] = readings as [Reading, Reading, Reading];
  return {
    title: `${perSecond.toFixed(0)} runs per second for ${totalMs / 1000} s, ${pruned.toLocaleString('en')} pruned, ${vacuums} autovacuums`,
    head: ['', ...readings.map(({ at }) => `after ${Math.round(at / 1000)} s`)],
    rows: [
      row('live rows', ({ live }) => live),
      row('dead rows', ({ dead }) => dead),
      row('KiB of tables', ({ heap }) => heap / 1024),
      row('KiB of indexes', ({ indexes }) => indexes / 1024),
      ['ms per run between prunings: p50, p99', showNumber(percentile(times.between, 0.5)), showNumber(percentile(times.between, 0.99)), ''],
      ['ms per run while pruning: p50, p99', showNumber(percentile(times.pruning, 0.5)), showNumber(percentile(times.pruning, 0.99)), ''],
    ],
    verdicts: [
      // An autovacuum comes once a minute at the most.
      ...(isVacuumed ? [{ what: 'bytes at the end / after two thirds', value: (last.heap + last.indexes) / (middle.heap + middle.indexes), goal: { atMost: 1.2 } }] : []),
      { what: 'p50 while pruning / between', value: percentile(times.pruning, 0.5) / percentile(times.between, 0.5), goal: { atMost: 1.5 } },
    ],
  };
}

async function timed({ engine, exports }: Bench): Promise<number> {
  const from = performance.now();
  await (await engine.start(exports.main as (steps: number) => Promise<number>, { args: [STEPS] })).result();
  return performance.now() - from;
}

async function read(client: Client, from: number): Promise<Reading> {
  const { rows } = await client.query<Record<'live' | 'dead' | 'heap' | 'indexes', string>>(
    `SELECT sum(n_live_tup) AS live, sum(n_dead_tup) AS dead, sum(pg_table_size(relid)) AS heap, sum(pg_indexes_size(relid)) AS indexes
     FROM pg_stat_user_tables WHERE schemaname = 'perdure' AND relname IN ('runs', 'log')`,
  );
  const { live, dead, heap, indexes } = rows[0]!;
  return { at: performance.now() - from, live: Number(live), dead: Number(dead), heap: Number(heap), indexes: Number(indexes) };
}
