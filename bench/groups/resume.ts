/**
 * How long a worker needs to take a run up again, by the length of its history. The live state is the same; each run
 * stands at the worst point between two images, where the next one is due and not written.
 */
import { Engine } from '../../runtime/client.ts';
import { foldHistory } from '../../runtime/engine/history.ts';
import { evaluate } from '../../runtime/engine/cycle.ts';
import { Program } from '../../runtime/engine/program.ts';
import { type Clock, Run } from '../../runtime/engine/run.ts';
import { Log } from '../../runtime/store/log.ts';
import { openPostgres } from '../../runtime/store/postgres.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { Store } from '../../runtime/store/store.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { createDatabase, startPostgres } from '../../test/support/postgres.ts';
import { publishAll } from '../../test/support/publish-all.ts';
import { compileFile, compileModules, sourceFile } from '../compile.ts';
import type { Group } from '../group.ts';
import { spreadOf } from '../measure.ts';
import { showNumber, showRatio, type Table } from '../table.ts';

const WORKFLOW = sourceFile('workflows/history');
const CLOCK: Clock = { now: () => Date.now(), latest: () => Date.now() };

/** Loses the first image that is due after so many cycles. */
class LosingLog extends Log {
  steps = Number.POSITIVE_INFINITY;
  lost = false;

  override async writeImage(uid: string, seq: number, state: string, worker: string): Promise<void> {
    if (seq < this.steps) return super.writeImage(uid, seq, state, worker);
    this.lost = true;
  }
}

interface StoredHistory {
  store: Store;
  uid: string;
}

/**
 * Makes a run with a history of at least so many steps, up to the point where an image is lost. It has a database
 * of its own, where nobody else goes on with it.
 */
async function makeHistory(server: string, steps: number): Promise<StoredHistory> {
  const url = await createDatabase(server);
  const sql = openPostgres(url);
  await migrate(sql);
  const log = new LosingLog(sql);
  log.steps = steps;
  const store = Object.assign(new Store(sql), { log });
  const engine = new Engine(store, WORKER_DEFAULTS);
  const module = publishAll(compileModules(WORKFLOW));
  let stop!: () => void;
  const stopped = new Promise<void>((done) => (stop = done));
  const step = (n: number): number | Promise<number> => {
    if (!log.lost) return n;
    stop();
    return new Promise(() => {});
  };
  engine.provide({ ...module.exports, $perdure: module }, { step } as never);
  await engine.work();
  const run = await engine.start(module.exports.main as () => Promise<void>);
  await Promise.race([stopped, run.result()]); // it never ends; but it may be parked, which must not go unheard
  await engine.close({ deadline: 0 });
  const rested = new Store(openPostgres(url));
  await rested.sql.script('VACUUM ANALYZE perdure.log, perdure.images');
  return { store: rested, uid: run.uid };
}

interface Resumed {
  ms: number;
  deltas: number;
  seq: number;
}

/** From the store's rows to the next request. */
async function resumeOnce(program: Program, { store, uid }: StoredHistory): Promise<Resumed> {
  const from = performance.now();
  const { image, log } = await store.log.load(uid);
  const history = foldHistory(image, log);
  const run = Run.restore(program, history.state);
  const [request] = run.requests.keys();
  const { requests } = evaluate(run, [{ kind: 'result', request: request!, value: 0 }], CLOCK);
  const ms = performance.now() - from;
  if (requests.length !== 1) throw new Error('the run did not go on');
  return { ms, deltas: history.deltas, seq: history.seq };
}

export const resume: Group = {
  name: 'resume',
  about: `What a worker does to go on with a run that is not in memory: it reads the newest image and the deltas after it,
folds and restores them, and evaluates until the next effect is asked for. The live state is the same (200 objects);
each run stands at the worst point between two images. The ratio is that to the shortest history, round by round.`,

  async run({ quick }) {
    const lengths = quick ? [100, 1000, 3000] : [100, 1000, 10_000, 100_000];
    const rounds = quick ? 51 : 201;
    // How durable the server is does not matter here: nothing is written in the time.
    const server = await startPostgres();
    try {
      return [await resumeTable(server.url, lengths, rounds)];
    } finally {
      await server.stop();
    }
  },
};

async function resumeTable(server: string, lengths: number[], rounds: number): Promise<Table> {
  const program = Program.of(compileFile(WORKFLOW));
  const histories = await Promise.all(lengths.map((steps) => makeHistory(server, steps)));
  const times: Resumed[][] = lengths.map(() => []);
  for (let round = -5; round < rounds; round++) {
    for (const [i, history] of histories.entries()) {
      const resumed = await resumeOnce(program, history);
      if (round >= 0) times[i]!.push(resumed);
    }
  }
  for (const { store } of histories) await store.close();
  const ratios = times.map((column) => spreadOf(column.map(({ ms }, round) => ms / times[0]![round]!.ms)));
  return {
    title: 'Resume, by length of history',
    head: ['steps', 'deltas after the image', 'ms', 'ratio'],
    rows: times.map((column, i) => [
      column[0]!.seq.toLocaleString('en'),
      String(column[0]!.deltas),
      showNumber(spreadOf(column.map(({ ms }) => ms)).median),
      showRatio(ratios[i]!),
    ]),
    verdicts: [
      {
        what: `slowest / fastest, ${lengths[0]} to ${lengths.at(-1)!.toLocaleString('en')} steps`,
        value: Math.max(...ratios.map(({ median }) => median)) / Math.min(...ratios.map(({ median }) => median)),
        goal: { atMost: 1.3 },
      },
    ],
  };
}
