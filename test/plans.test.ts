/**
 * How PostgreSQL finds the rows of the statements that every step sends. A prepared statement may be planned once, for tables that are
 * empty: that plan, too, looks rows up by their whole keys, whatever the tables have become.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../runtime/store/migrate.ts';
import { openPostgres } from '../runtime/store/postgres.ts';
import { commitAnswers, commitCycle, commitCycles, commitEnds } from '../runtime/store/queries/commit-cycles.ts';
import { admitRuns } from '../runtime/store/queries/admit-runs.ts';
import { findRun } from '../runtime/store/queries/find-run.ts';
import { grantErrands } from '../runtime/store/queries/grants.ts';
import { startRun, startRuns } from '../runtime/store/queries/start-run.ts';
import type { Statement } from '../runtime/store/sql.ts';
import { freshDatabase } from './support/database.ts';

let client: pg.Client;

beforeAll(async () => {
  const url = await freshDatabase();
  const sql = openPostgres(url);
  await migrate(sql);
  await sql.close();
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SET plan_cache_mode = force_generic_plan');
});

afterAll(() => client.end());

/** One for each parameter of a statement. */
const parametersOf = (text: string): null[] => Array<null>(Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)))).fill(null);

/** The lines of a statement's plan. */
async function planOf({ name, text }: Statement): Promise<string[]> {
  await client.query(`PREPARE ${name} AS ${text}`);
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS OFF) EXECUTE ${name} (${parametersOf(text).map(() => 'NULL').join(', ')})`);
  return rows.map((row) => row['QUERY PLAN'].trim());
}

/** How a table is read: the line of the scan, and by what. */
function readsOf(plan: string[], table: string): { scan: string; by: string }[] {
  return plan.flatMap((line, i) => (new RegExp(` on ${table}( |$)`).test(line) && line.includes('Scan') ? [{ scan: line, by: plan[i + 1] ?? '' }] : []));
}

describe.each([commitCycle, commitCycles, commitEnds, commitAnswers])('$name', (statement) => {
  test('finds the entry before by its number, and the run by its key', async () => {
    const plan = await planOf(statement);
    const log = readsOf(plan, 'log');
    expect(log).toHaveLength(1);
    expect(log[0]!.scan).toContain('log_pkey');
    expect(log[0]!.by).toMatch(/uid = .* AND \(?seq = /);
    const runs = readsOf(plan, 'runs');
    expect(runs.length).toBeGreaterThan(0);
    for (const { scan } of runs) expect(scan).toContain('runs_pkey');
    for (const { scan } of readsOf(plan, 'errands')) expect(scan).toContain('errands_pkey');
    for (const { scan } of readsOf(plan, 'inbox')) expect(scan).toContain('inbox_pkey');
  });
});

describe.each([startRun, startRuns])('$name', (statement) => {
  test('finds who has its id by that, and by its uid', async () => {
    const plan = await planOf(statement);
    const reads = readsOf(plan, 'runs');
    expect(reads).toHaveLength(1);
    expect(reads[0]!.scan).toContain('runs_pkey');
    expect(plan.join('\n')).toContain('Conflict Arbiter Indexes: runs_id');
  });
});

test('many starts find who has their ids by lookups', async () => {
  const reads = readsOf(await planOf(admitRuns), 'runs');
  expect(reads.map(({ scan }) => scan.match(/runs_\w+|Seq Scan/)?.[0]).sort()).toEqual(['runs_id', 'runs_pkey']);
});

test('a run is found by an id that was chosen, and by its uid', async () => {
  const plan = await planOf(findRun);
  expect(plan.join('\n')).toMatch(/BitmapOr[^]*runs_id[^]*runs_pkey/);
});

test('a grant finds runs and errands by their keys', async () => {
  const plan = await planOf(grantErrands);
  const runs = readsOf(plan, 'runs');
  expect(runs).toHaveLength(1);
  expect(runs[0]!.scan).toContain('runs_pkey');
  const errands = readsOf(plan, 'errands');
  expect(errands.length).toBeGreaterThan(0);
  for (const { scan, by } of errands) expect(`${scan} ${by}`).toMatch(/errands_pkey.* \(\(uid = |errands_waiting.* \(*queue = |errands_granted.* \(lane = /);
});

test.each([commitCycles, commitEnds, commitAnswers, grantErrands])('$name is not planned at each call, though its arrays are short', async ({ name, text }) => {
  const empty = parametersOf(text).map((_, i) => (new RegExp(`\\$${i + 1}::\\w+\\[\\]`).test(text) ? `'{}'` : 'NULL'));
  await client.query('SET plan_cache_mode = auto');
  await client.query(`PREPARE ${name}_again AS ${text}`);
  for (let i = 0; i < 10; i++) await client.query(`EXECUTE ${name}_again (${empty.join(', ')})`);
  await client.query('SET plan_cache_mode = force_generic_plan');
  const { rows } = await client.query('SELECT generic_plans::int AS generic FROM pg_prepared_statements WHERE name = $1', [`${name}_again`]);
  expect(rows).toEqual([{ generic: 5 }]);
});
