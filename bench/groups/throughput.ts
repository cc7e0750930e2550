/**
 * Many runs of trivial effects in one worker, against a bare pool of connections that commits single rows.
 */
import pg from 'pg';
import { type Engine, open } from '../../runtime/client.ts';
import type { Published } from '../../runtime/publish.ts';
import { createDatabase, startPostgres } from '../../test/support/postgres.ts';
import { publishAll } from '../../test/support/publish-all.ts';
import { compileModules, sourceFile } from '../compile.ts';
import type { Group } from '../group.ts';
import { spreadOf } from '../measure.ts';
import { showNumber, showRatio, type Table } from '../table.ts';

/** Effects of each run. */
const STEPS = 10;
const CONNECTIONS = 10;
const BARE_IN_FLIGHT = 50;
const INSERT = { name: 'bare', text: 'INSERT INTO bare (run, n, result) VALUES ($1, $2, $3)' };

export const throughput: Group = {
  name: 'throughput',
  about: `500 runs of ten trivial effects each in one worker, 50 or 500 of them in flight, against as many single-row
commits of a bare \`pg\` pool of ${CONNECTIONS} connections with ${BARE_IN_FLIGHT} in flight, measured right before and after on the same
server with PostgreSQL's defaults. Steps per second / commits per second.`,

  async run({ quick }) {
    const runs = quick ? 200 : 500;
    const rounds = quick ? 3 : 7;
    const server = await startPostgres({});
    try {
      return [await throughputTable(await createDatabase(server.url), runs, rounds)];
    } finally {
      await server.stop();
    }
  },
};

/** Calls `body` for 0…count-1, so many at once. */
async function inFlight(count: number, atOnce: number, body: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await body(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function throughputTable(url: string, runs: number, rounds: number): Promise<Table> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  pool.on('error', () => {}); // what fails is told by the query
  await pool.query('CREATE TABLE bare (run text, n bigint, result json, at timestamptz DEFAULT now(), PRIMARY KEY (run, n))');
  const engine = await open({ store: url, connectionsMax: CONNECTIONS });
  const module = publishAll(compileModules(sourceFile('workflows/effects')));
  engine.provide({ ...module.exports, $perdure: module }, { step: (n: number) => n } as never);
  await engine.work();
  const bareRate = async (): Promise<number> => {
    await pool.query('TRUNCATE bare');
    const from = performance.now();
    await inFlight(runs * STEPS, BARE_IN_FLIGHT, async (n) => {
      await pool.query({ ...INSERT, values: ['run', n, String(n)] });
    });
    return ((runs * STEPS) / (performance.now() - from)) * 1000;
  };
  const rows: string[][] = [];
  const verdicts: Table['verdicts'] = [];
  for (const [atOnce, goal] of [[50, 2], [500, 3]] as const) {
    const ratios: number[] = [];
    const ours: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const before = await bareRate();
      const rate = await enginesRate(engine, module, runs, atOnce);
      const after = await bareRate();
      if (round < 0) continue; // the first one warms up
      ours.push(rate);
      ratios.push((rate * 2) / (before + after));
    }
    const ratio = spreadOf(ratios);
    rows.push([`${atOnce} runs in flight`, showNumber(spreadOf(ours).median), showRatio(ratio)]);
    verdicts.push({ what: `steps / bare commits, ${atOnce} in flight`, value: ratio.median, goal: { atLeast: goal } });
  }
  await engine.close();
  await pool.end();
  return { title: `${runs} runs of ${STEPS} effects in one worker / bare pool`, head: ['', 'steps per second', 'ratio'], rows, verdicts };
}

async function enginesRate(engine: Engine, module: Published, runs: number, atOnce: number): Promise<number> {
  const from = performance.now();
  await inFlight(runs, atOnce, async () => {
    const run = await engine.start(module.exports.main as (steps: number) => Promise<number>, { args: [STEPS] });
    const sum = await run.result();
    if (sum !== (STEPS * (STEPS - 1)) / 2) throw new Error(`the run returned ${sum}`);
  });
  return ((runs * STEPS) / (performance.now() - from)) * 1000;
}
