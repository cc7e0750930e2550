/**
 * Runs that sleep: what each costs in the database and in memory, how fast they are put to sleep, and how fast they wake
 * when all are due at about the same time.
 */
import type { Group } from '../group.ts';
import { showNumber, type Table } from '../table.ts';
import { ask, type Bench, endBench, inFlight, withServer, workOn } from './bench-engine.ts';

const STARTS_AT_ONCE = 500;
const TABLES = "('perdure.runs', 'perdure.log', 'perdure.images', 'perdure.inbox', 'perdure.claims')";
const BYTES = `SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(ARRAY[${TABLES.slice(1, -1)}]) t`;

export const sleepers: Group = {
  name: 'sleepers',
  about: `Runs of a small workflow that sleep for a day: until all are asleep and out of memory, bytes of tables and indexes
per run after a \`VACUUM\`, memory of the worker per run. Then some that are all due within a tenth of a second: runs ended per second.`,

  run: ({ quick }) => withServer(async (url) => [await sleepersTable(url, quick ? 10_000 : 100_000, quick ? 3000 : 10_000)]),
};

async function sleepersTable(url: string, count: number, wakers: number): Promise<Table> {
  const bench = await workOn(url, 'waiting', { seen: () => {} }, { rest: 50 });
  const before = await ask(bench.client, BYTES);
  const heapBefore = usedHeap();
  const day = Date.now() + 86_400_000;
  const from = performance.now();
  const parkedAt = await putToSleep(bench, count, () => day);
  const ms = parkedAt - from;
  const heap = usedHeap() - heapBefore;
  await bench.client.query('VACUUM perdure.runs, perdure.log');
  const bytes = ((await ask(bench.client, BYTES)) - before) / count;
  const rate = await wake(bench, wakers);
  await endBench(bench);
  const title = `${count.toLocaleString('en')} sleeping runs`;
  const rows = [
    ['bytes per run', showNumber(bytes)],
    ['s to start all and put them to sleep, per 10,000', showNumber((ms / count) * 10)],
    ['bytes of memory per run, all asleep', showNumber(Math.max(0, heap) / count)],
    [`runs woken and ended per second, ${wakers.toLocaleString('en')} due at about once`, showNumber(rate)],
  ];
  return { title, head: ['', ''], rows, verdicts: [{ what: 'bytes per sleeping run', value: bytes, goal: { atMost: 800 } }] };
}

/** Returns when the last one was asleep. */
async function putToSleep({ engine, exports, client }: Bench, count: number, until: (n: number) => number): Promise<number> {
  await inFlight(count, STARTS_AT_ONCE, async (n) => {
    await engine.start(exports.reminds as (customer: string, until: number) => Promise<string>, { args: [`customer ${n}`, until(n)] });
  });
  // Those that the worker had no room for are due.
  const awake = "SELECT count(*) FROM perdure.runs WHERE finished_at IS NULL AND (worker IS NOT NULL OR wake_at <= now())";
  while ((await ask(client, awake)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now();
}

async function wake(bench: Bench, count: number): Promise<number> {
  const { client } = bench;
  const due = Date.now() + 5000 + count * 2;
  await putToSleep(bench, count, (n) => due + (n % 100));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
  const from = performance.now();
  while ((await ask(client, "SELECT count(*) FROM perdure.runs WHERE status = 'completed'")) < count) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return (count / (performance.now() - from)) * 1000;
}

function usedHeap(): number {
  (globalThis as unknown as { gc(): void }).gc(); // `npm run bench` exposes it
  return process.memoryUsage().heapUsed;
}
