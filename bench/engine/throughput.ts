/**
 * Many runs of trivial effects in one worker, against a bare pool of connections that commits single rows.
 */
import pg from 'pg';
import type { Group } from '../group.ts';
import { spreadOf } from '../measure.ts';
import { showNumber, showRatio, type Table, type Verdict } from '../table.ts';
import { type Bench, endBench, inFlight, withServer, workOn } from './bench-engine.ts';

/** Effects of each run. */
const STEPS = 10;
const CONNECTIONS = 10;
const BARE_IN_FLIGHT = 50;
/** Rounds that do not count: V8 compiles what is used often. */
const WARM_UP = 6;
const LEVELS = [
  { atOnce: 50, goal: 2 },
  { atOnce: 500, goal: 3 },
];
const INSERT = { name: 'bare', text: 'INSERT INTO bare (run, n, result) VALUES ($1, $2, $3)' };

export const throughput: Group = {
  name: 'throughput',
  about: `Runs of ten trivial effects each in one worker, 50 or 500 of them in flight, against as many single-row
commits of a bare \`pg\` pool of ${CONNECTIONS} connections with ${BARE_IN_FLIGHT} in flight, measured right before and after on the same
server with PostgreSQL's defaults. Steps per second / commits per second.`,

  run: ({ quick }) => withServer(async (url) => [await throughputTable(url, quick ? 200 : 500, quick ? 3 : 7)]),
};

async function throughputTable(url: string, runs: number, rounds: number): Promise<Table> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  pool.on('error', () => {}); // what fails is told by the query
  await pool.query('CREATE TABLE bare (run text, n bigint, result json, at timestamptz DEFAULT now(), PRIMARY KEY (run, n))');
  const bench = await workOn(url, 'effects', { step: (n: number) => n }, { connectionsMax: CONNECTIONS });
  const bareRate = async (): Promise<number> => {
    await pool.query('TRUNCATE bare');
    const from = performance.now();
    await inFlight(runs * STEPS, BARE_IN_FLIGHT, async (n) => {
      await pool.query({ ...INSERT, values: ['run', n, String(n)] });
    });
    return ((runs * STEPS) / (performance.now() - from)) * 1000;
  };
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  for (const { atOnce, goal } of LEVELS) {
    const ratios: number[] = [];
    const ours: number[] = [];
    for (let round = -WARM_UP; round < rounds; round++) {
      const before = await bareRate();
      const rate = await enginesRate(bench, runs, atOnce);
      const after = await bareRate();
      if (round < 0) continue;
      ours.push(rate);
      ratios.push((rate * 2) / (before + after));
    }
    const ratio = spreadOf(ratios);
    rows.push([`${atOnce} runs in flight`, showNumber(spreadOf(ours).median), showRatio(ratio)]);
    verdicts.push({ what: `steps / bare commits, ${atOnce} in flight`, value: ratio.median, goal: { atLeast: goal } });
  }
  await endBench(bench);
  await pool.end();
  return { title: `${runs} runs of ${STEPS} effects in one worker / bare pool`, head: ['', 'steps per second', 'ratio'], rows, verdicts };
}

async function enginesRate({ engine, exports }: Bench, runs: number, atOnce: number): Promise<number> {
  const from = performance.now();
  await inFlight(runs, atOnce, async () => {
    const run = await engine.start(exports.main as (steps: number) => Promise<number>, { args: [STEPS] });
    const sum = await run.result();
    if (sum !== (STEPS * (STEPS - 1)) / 2) throw new Error(`the run returned ${sum}`);
  });
  return ((runs * STEPS) / (performance.now() - from)) * 1000;
}
