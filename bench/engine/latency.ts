/**
 * How long until something happens: from a start to the first effect, from a message to the effect after it, and how late
 * timers are. With nothing else to do, and while other runs keep the worker busy; and from an engine that does not work itself, as in the
 * process of a web server.
 */
import { effectContext, open } from '../../runtime/client.ts';
import type { Group } from '../group.ts';
import { showNumber, type Table } from '../table.ts';
import { ask, type Bench, endBench, percentile, publishWorkflow, withServer, workOn } from './bench-engine.ts';

/** Runs that go on all the time while it is busy, each with a pause of some ms in its effects. */
const BUSY_RUNS = 25;
const BUSY_PAUSE_MS = 5;

export const latency: Group = {
  name: 'latency',
  about: `ms from the call of \`start\` to the first effect of the run, from the call of \`send\` to the effect after the
\`receive\`, and from the moment a sleep is due to the effect after it (50 sleeps at a time). *Elsewhere* is an engine that
does not work, with connections of its own; there also until it has the result. Idle, and beside ${BUSY_RUNS} runs whose effects take
${BUSY_PAUSE_MS} ms each.`,

  run: ({ quick }) => withServer(async (url) => [await latencyTable(url, quick ? 50 : 300)]),
};

async function latencyTable(url: string, times: number): Promise<Table> {
  const waiting = new Map<string, () => void>();
  const bench = await workOn(url, 'waiting', { seen: () => waiting.get(effectContext().run)?.() });
  const rows: string[][] = [];
  const elsewhere = { engine: await open({ store: url }), exports: bench.exports };
  const measureAll = async (how: string): Promise<void> => {
    const from = async (where: string, client: Client): Promise<void> => {
      const starts = await repeat(times, (n) => started(client, waiting, `start${rows.length}-${n}`));
      rows.push(cells(`start${where} → effect, ${how}`, starts.map(({ effectMs }) => effectMs)));
      if (client !== bench) rows.push(cells(`start${where} → result, ${how}`, starts.map(({ resultMs }) => resultMs)));
      rows.push(cells(`message${where} → effect, ${how}`, await repeat(times, (n) => sent(client, waiting, `send${rows.length}-${n}`))));
    };
    await from('', bench);
    await from(' elsewhere', elsewhere);
    rows.push(cells(`lateness of a sleep, ${how}`, await lateness(bench, waiting, how, times)));
  };
  await measureAll('idle');
  const stop = keepBusy(bench);
  await measureAll('busy');
  await stop();
  await elsewhere.engine.close();
  await endBench(bench);
  return { title: 'Latency, ms', head: ['', 'p50', 'p99'], rows, verdicts: [] };
}

const cells = (what: string, ms: number[]): string[] => [what, showNumber(percentile(ms, 0.5)), showNumber(percentile(ms, 0.99))];

async function repeat<T>(times: number, body: (n: number) => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  for (let n = 0; n < times; n++) out.push(await body(n));
  return out;
}

type Waiting = Map<string, () => void>;
/** Whoever starts runs, and sends. */
type Client = Pick<Bench, 'engine' | 'exports'>;

/** Resolves when the effect of a run is called. */
const effectOf = (waiting: Waiting, id: string): Promise<number> =>
  new Promise((resolve) => waiting.set(id, () => resolve(performance.now())));

async function started({ engine, exports }: Client, waiting: Waiting, id: string): Promise<{ effectMs: number; resultMs: number }> {
  const seen = effectOf(waiting, id);
  const from = performance.now();
  const run = await engine.start(exports.begins as () => Promise<void>, { id });
  await run.result();
  return { effectMs: (await seen) - from, resultMs: performance.now() - from };
}

async function sent({ engine, exports }: Client, waiting: Waiting, id: string): Promise<number> {
  const seen = effectOf(waiting, id);
  const run = await engine.start(exports.receives as () => Promise<void>, { id });
  await new Promise((resolve) => setTimeout(resolve, 30)); // it waits now
  const from = performance.now();
  await run.send('go', 1);
  const ms = (await seen) - from;
  await run.result();
  return ms;
}

async function lateness({ engine, exports, client }: Bench, waiting: Waiting, how: string, times: number): Promise<number[]> {
  const out: number[] = [];
  while (out.length < times) {
    // The clock was read after this moment: the lateness comes out too large, by less than a round trip.
    const from = performance.now();
    const base = await ask(client, 'SELECT extract(epoch FROM clock_timestamp()) * 1000');
    const one = async (n: number): Promise<number> => {
      const id = `sleep-${how}-${out.length}-${n}`;
      const dueMs = 300 + n * 7;
      const seen = effectOf(waiting, id);
      const run = await engine.start(exports.sleeps as (until: number) => Promise<void>, { id, args: [base + dueMs] });
      const late = (await seen) - from - dueMs;
      await run.result();
      return late;
    };
    out.push(...(await Promise.all(Array.from({ length: 50 }, (_, n) => one(n)))));
  }
  return out;
}

/** Keeps the worker busy. Returns how to stop. */
function keepBusy({ engine }: Bench): () => Promise<void> {
  const module = publishWorkflow('effects');
  const pause = (n: number): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(n), BUSY_PAUSE_MS));
  engine.provide({ ...module.exports, $perdure: module }, { step: pause } as never);
  let busy = true;
  const lane = async (): Promise<void> => {
    while (busy) await (await engine.start(module.exports.main as (steps: number) => Promise<number>, { args: [50] })).result();
  };
  const lanes = Promise.all(Array.from({ length: BUSY_RUNS }, lane));
  return async () => {
    busy = false;
    await lanes;
  };
}
