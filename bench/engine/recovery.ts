/**
 * How long after the SIGKILL of its worker a run goes on, by the length of its history: from the start of the next engine
 * on the same host to the end of the run's next step; and on another host, from the end of the lease.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { host } from '../../runtime/host.ts';
import { createDatabase } from '../../test/support/postgres.ts';
import type { Group } from '../group.ts';
import { showNumber, type Table } from '../table.ts';
import { ask, type Bench, endBench, percentile, withServer, workOn } from './bench-engine.ts';

const GOAL_MS = 30;
const LEASE_MS = 2000;

export const recovery: Group = {
  name: 'recovery',
  about: `A run with so many steps behind it waits for an idempotent effect when its process gets a SIGKILL. ms from the next
engine's \`open\` on the same host to the end of the run's next step: the store is opened, the dead worker found, the run loaded, the
effect made again, its result committed. Without \`open\` (connections, schema): from \`work\`. Then the same where the next engine works
on another host already, with the default \`poll\` of a second: it waits for the lease, here of ${LEASE_MS / 1000} seconds; ms from the end of that.`,

  run: ({ quick }) =>
    withServer(async (url) => [
      await recoveryTable(url, quick ? [1, 1000] : [1, 100, 1000, 5000, 50_000], quick ? 3 : 7),
      await elsewhereTable(url, quick ? [1000] : [1, 5000], quick ? 3 : 7),
    ]),
};

async function recoveryTable(url: string, lengths: number[], rounds: number): Promise<Table> {
  const rows: string[][] = [];
  const medians: number[] = [];
  for (const steps of lengths) {
    const all: Recovered[] = [];
    for (let round = 0; round < rounds; round++) all.push(await recoverOnce(url, steps, `history-${steps}-${round}`));
    const [whole, work] = [all.map((one) => one.fromOpen), all.map((one) => one.fromWork)];
    medians.push(percentile(work, 0.5));
    rows.push([`${steps.toLocaleString('en')} steps`, showNumber(percentile(whole, 0.5)), showNumber(percentile(work, 0.5)), showNumber(Math.max(...work))]);
  }
  const worst = Math.max(...medians);
  return {
    title: 'Recovery after SIGKILL on the same host, ms',
    head: ['', 'from open', 'from work', 'most'],
    rows,
    verdicts: [
      { what: 'ms, at the worst length', value: worst, goal: { atMost: GOAL_MS } },
      { what: 'longest / shortest history', value: medians.at(-1)! / medians[0]!, goal: { atMost: 1.3 } },
    ],
  };
}

async function elsewhereTable(url: string, lengths: number[], rounds: number): Promise<Table> {
  const rows: string[][] = [];
  for (const steps of lengths) {
    const all: number[] = [];
    for (let round = 0; round < rounds; round++) all.push(await recoverElsewhere(url, steps, `elsewhere-${steps}-${round}`));
    rows.push([`${steps.toLocaleString('en')} steps`, showNumber(percentile(all, 0.5)), showNumber(Math.max(...all))]);
  }
  return { title: 'Recovery after SIGKILL on another host, ms after the end of the lease', head: ['', 'p50', 'most'], rows, verdicts: [] };
}

/** In a database where nobody has died yet: after a death a worker leaves what it starts to whoever comes first, and here that might be the wrong one. */
async function recoverElsewhere(server: string, steps: number, id: string): Promise<number> {
  const url = await createDatabase(server);
  const { hostname } = host;
  host.hostname = () => 'elsewhere';
  try {
    let at = 0;
    let calls = 0;
    const effect = (n: number): number | Promise<number> => {
      if (++calls === 1) return n;
      at = performance.now();
      return new Promise(() => {});
    };
    const bench = await workOn(url, 'history', { step: { run: effect, idempotent: true } }, { lease: LEASE_MS });
    // Who has just begun believes no lease yet: others may only be about to renew theirs.
    await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
    await once(fork(fileURLToPath(new URL('./recovery-child.js', import.meta.url)), [url, String(steps), id, String(LEASE_MS)]), 'exit');
    const left = "SELECT 1000 * extract(epoch FROM lease_until - clock_timestamp()) FROM perdure.workers WHERE host <> 'elsewhere'";
    const leaseEnds = performance.now() + (await ask(bench.client, left));
    await until(() => at || null);
    await bench.engine.terminate(id);
    await endBench(bench);
    return at - leaseEnds;
  } finally {
    host.hostname = hostname;
  }
}

interface Recovered {
  fromOpen: number;
  fromWork: number;
}

async function recoverOnce(url: string, steps: number, id: string): Promise<Recovered> {
  const child = fork(fileURLToPath(new URL('./recovery-child.js', import.meta.url)), [url, String(steps), id]);
  await once(child, 'exit'); // it kills itself in the middle of a step
  const from = performance.now();
  let calls = 0;
  let bench: Bench | null = null;
  const at = await new Promise<number>((resolve, reject) => {
    // The second call of the effect is asked for by the commit of the first one's result.
    const effect = (n: number): number | Promise<number> => {
      if (++calls === 1) return n;
      resolve(performance.now());
      return new Promise(() => {});
    };
    workOn(url, 'history', { step: { run: effect, idempotent: true } }).then((made) => (bench = made), reject);
  });
  const made = await until(() => bench);
  await made.engine.terminate(id);
  await endBench(made);
  return { fromOpen: at - from, fromWork: at - made.workedAt };
}

async function until<T>(probe: () => T | null): Promise<T> {
  for (let value = probe(); ; value = probe()) {
    if (value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
