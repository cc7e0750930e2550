/**
 * Two and four worker processes on one database, against one.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type Engine, open } from '../../runtime/client.ts';
import type { Group } from '../group.ts';
import { spreadOf } from '../measure.ts';
import { showNumber, showRatio, type Table } from '../table.ts';
import { ask, publishWorkflow, withServer } from './bench-engine.ts';

/** Effects of each run. */
const STEPS = 50;
const COUNTS = [1, 2, 4];

export const processes: Group = {
  name: 'processes',
  about: `Runs of ${STEPS} trivial effects each, started all at once by a process that does not work, until all have ended: by one, two and
four worker processes, in turn on the same server. Steps per second, and CPU time of all workers per step.`,

  run: ({ quick }) => withServer(async (url) => [await processesTable(url, quick ? 200 : 500, quick ? 3 : 7)]),
};

async function processesTable(url: string, runs: number, rounds: number): Promise<Table> {
  const module = publishWorkflow('effects');
  const engine = await open({ store: url });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const rates = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
  const nodeUs = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
  for (let round = -1; round < rounds; round++) {
    for (const count of COUNTS) {
      const workers = await Promise.all(Array.from({ length: count }, () => work(url)));
      await allEnd(engine, client, module.exports.main, runs); // warms up
      const before = await Promise.all(workers.map(cpuOf));
      const from = performance.now();
      await allEnd(engine, client, module.exports.main, runs);
      const ms = performance.now() - from;
      const after = await Promise.all(workers.map(cpuOf));
      await Promise.all(workers.map(end));
      if (round < 0) continue;
      rates.get(count)!.push((runs * STEPS * 1000) / ms);
      nodeUs.get(count)!.push(after.reduce((sum, us, i) => sum + us - before[i]!, 0) / (runs * STEPS));
    }
  }
  await engine.close();
  await client.end();
  const [one] = COUNTS.map((count) => rates.get(count)!);
  const rows = COUNTS.map((count) => {
    const own = rates.get(count)!;
    return [`${count} ${count === 1 ? 'process' : 'processes'}`, showNumber(spreadOf(own).median), showRatio(spreadOf(own.map((rate, i) => rate / one![i]!))), showNumber(spreadOf(nodeUs.get(count)!).median)];
  });
  return { title: `${runs} runs of ${STEPS} effects in several worker processes`, head: ['', 'steps per second', 'of one process', 'CPU of workers, µs per step'], rows, verdicts: [] };
}

async function allEnd(engine: Engine, client: pg.Client, main: unknown, runs: number): Promise<void> {
  const left = 'SELECT count(*) FROM perdure.runs WHERE finished_at IS NULL';
  await engine.startMany(main as (steps: number) => Promise<number>, Array.from({ length: runs }, () => ({ args: [STEPS] as [number] })));
  while ((await ask(client, left)) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function work(url: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./processes-child.js', import.meta.url)), [url]);
  await once(child, 'message');
  return child;
}

/** What it has used, in µs. */
async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [us] = (await once(child, 'message')) as [number];
  return us;
}

async function end(child: ChildProcess): Promise<void> {
  child.send('end');
  await once(child, 'exit');
}
