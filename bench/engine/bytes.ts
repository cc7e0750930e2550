/**
 * What steps write: bytes of WAL and of tables.
 */
import type { Group } from '../group.ts';
import { showNumber, showRatio, type Table } from '../table.ts';
import { ask, type Bench, endBench, withServer, workOn } from './bench-engine.ts';

const GROWING_STEPS = 200;
const GROWING_BYTES = 5 * 1024;

export const bytes: Group = {
  name: 'bytes',
  about: `Bytes of WAL and of the tables \`log\` and \`images\` with their indexes, per trivial step: in one run, and in runs of ten steps. And
what ${GROWING_STEPS} steps write that append ${GROWING_BYTES / 1024} KB each to an array: bytes of documents in log and images / bytes appended.`,

  run: ({ quick }) =>
    withServer(async (url) => {
      const tables = [await stepsTable(url, quick ? 1000 : 10_000)];
      return [...tables, await growingTable(url)];
    }),
};

const TABLES = "pg_total_relation_size('perdure.log') + pg_total_relation_size('perdure.images')";

/** Written since `body` began: WAL, and growth of the tables. */
async function written(bench: Bench, body: () => Promise<void>): Promise<{ wal: number; table: number }> {
  const { client } = bench;
  await client.query('CHECKPOINT');
  await client.query('CREATE TABLE IF NOT EXISTS mark (lsn pg_lsn)');
  await client.query('TRUNCATE mark');
  const table = await ask(client, `SELECT ${TABLES}`);
  await client.query('INSERT INTO mark SELECT pg_current_wal_insert_lsn()');
  await body();
  const wal = await ask(client, 'SELECT pg_current_wal_insert_lsn() - lsn FROM mark');
  return { wal, table: (await ask(client, `SELECT ${TABLES}`)) - table };
}

async function stepsTable(url: string, steps: number): Promise<Table> {
  const bench = await workOn(url, 'effects', { step: (n: number) => n });
  const run = async (length: number): Promise<void> => {
    await (await bench.engine.start(bench.exports.main as (steps: number) => Promise<number>, { args: [length] })).result();
  };
  await run(1000); // pages of the tables are there, and the first images of pages in the WAL
  const long = await written(bench, () => run(steps));
  const short = await written(bench, async () => {
    for (let done = 0; done < steps; done += 10) await run(10);
  });
  await endBench(bench);
  return {
    title: `Bytes per trivial step, ${steps.toLocaleString('en')} steps`,
    head: ['', 'WAL', 'tables'],
    rows: [
      ['one run', showNumber(long.wal / steps), showNumber(long.table / steps)],
      ['runs of ten steps, their starts and ends included', showNumber(short.wal / steps), showNumber(short.table / steps)],
    ],
    verdicts: [
      { what: 'bytes of WAL, one run', value: long.wal / steps, goal: { atMost: 500 } },
      { what: 'bytes of tables, one run', value: long.table / steps, goal: { atMost: 300 } },
    ],
  };
}

async function growingTable(url: string): Promise<Table> {
  const bench = await workOn(url, 'growing', { more: (size: number) => 'x'.repeat(size) });
  const run = await bench.engine.start(bench.exports.main as (steps: number, bytes: number) => Promise<number>, { args: [GROWING_STEPS, GROWING_BYTES] });
  await run.result();
  const documents = await ask(
    bench.client,
    `SELECT (SELECT sum(length(delta::text)) FROM perdure.log WHERE uid = $1) + (SELECT coalesce(sum(length(state::text)), 0) FROM perdure.images WHERE uid = $1)`,
    [run.uid],
  );
  await endBench(bench);
  const value = documents / (GROWING_STEPS * GROWING_BYTES);
  return {
    title: `${GROWING_STEPS} steps that append ${GROWING_BYTES / 1024} KB each`,
    head: ['', 'written / appended'],
    rows: [['deltas and images', showRatio({ median: value, min: value, max: value })]],
    verdicts: [{ what: 'written / appended', value, goal: { atMost: 1.25 } }],
  };
}
