/**
 * One run of many trivial effects on PostgreSQL, against as many single-row commits by a bare `pg` loop on the same
 * server. The server has its defaults: a commit is on disk when it returns.
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

/** Rounds that do not count: V8 compiles what is used often, and a lone run does little in each. */
const WARM_UP = 4;
const STEPS = 1000;
const INSERT = { name: 'bare', text: 'INSERT INTO bare (run, n, result) VALUES ($1, $2, $3)' };

async function bareLoop(client: pg.Client): Promise<number> {
  const from = performance.now();
  for (let n = 0; n < STEPS; n++) await client.query({ ...INSERT, values: ['run', n, String(n)] });
  return (STEPS / (performance.now() - from)) * 1000;
}

export const alone: Group = {
  name: 'alone',
  about: `One run that calls trivial effects one after the other, from its start to its result, against the same number of
single-row commits (a prepared \`INSERT\`, awaited, on one connection) by a bare \`pg\` loop on the same server, whose
settings are PostgreSQL's defaults: a commit is on disk when it returns. Effects per second / commits per second.`,

  async run({ quick }) {
    const server = await startPostgres({});
    try {
      return [await effectsTable(await createDatabase(server.url), quick ? 7 : 15)];
    } finally {
      await server.stop();
    }
  },
};

async function effectsTable(url: string, rounds: number): Promise<Table> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE bare (run text, n bigint, result json, at timestamptz DEFAULT now(), PRIMARY KEY (run, n))');
  const engine = await open({ store: url });
  const module = publishAll(compileModules(sourceFile('workflows/effects')));
  engine.provide({ ...module.exports, $perdure: module }, { step: (n: number) => n } as never);
  await engine.work();
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    await client.query('TRUNCATE bare');
    const before = await bareLoop(client);
    const rate = await oneRun(engine, module);
    if (round < 0) continue;
    bare.push(before);
    ours.push(rate);
  }
  await engine.close();
  await client.end();
  const ratio = spreadOf(ours.map((rate, i) => rate / bare[i]!));
  return {
    title: `One run of ${STEPS.toLocaleString('en')} effects on PostgreSQL / bare insert commits`,
    head: ['', 'per second', 'ratio'],
    rows: [
      ['bare commits', showNumber(spreadOf(bare).median), ''],
      ['effects', showNumber(spreadOf(ours).median), showRatio(ratio)],
    ],
    verdicts: [{ what: 'effects / bare commits', value: ratio.median, goal: { atLeast: 0.85 } }],
  };
}

async function oneRun(engine: Engine, module: Published): Promise<number> {
  const from = performance.now();
  const run = await engine.start(module.exports.main as (steps: number) => Promise<number>, { args: [STEPS] });
  const sum = await run.result();
  if (sum !== (STEPS * (STEPS - 1)) / 2) throw new Error(`the run returned ${sum}`);
  return (STEPS / (performance.now() - from)) * 1000;
}
