/**
 * A steady load on one worker and a real PostgreSQL, for as long as one likes: does anything grow that should not? Runs that are over go
 * after a while, so what is stored should stay as much as it is.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Engine } from '../../runtime/client.ts';
import { openStore } from '../../runtime/store/open.ts';
import type { Store } from '../../runtime/store/store.ts';
import { deploy } from '../support/deploy.ts';
import { createDatabase, startOwnPostgres } from '../support/postgres.ts';

export interface SoakOptions {
  minutes: number;
  /** Runs begun per second. */
  rate: number;
  tell(line: string): void;
}

/** What was seen at a moment. */
export interface Sample {
  seconds: number;
  heapMb: number;
  rssMb: number;
  /** Of all tables and their indexes. */
  tablesMb: number;
  /** Rows that are dead and not cleaned up; rows that live. */
  deadRows: number;
  liveRows: number;
  /** From a run's start to its first cycle, of those begun since the sample before: the median, and one in a hundred. */
  claimMs: number;
  claimMs99: number;
  /** Runs that were over. */
  done: number;
}

const WORKER = new URL('worker.mjs', import.meta.url).pathname;
const CLIENT = new URL('../../dist/runtime/client.js', import.meta.url).href;
const EVERY_MS = 15_000;
const SLEEPERS = 500;
/** Until retention and vacuum have come to what they do all the time. */
const WARM_UP = 0.35;
/** Fewer in each half of the time after that tell nothing. */
const SAMPLES_MIN = 4;
/** What may differ between the middle and the end. */
const TOLERANCE = 1.25;

export async function soak(options: SoakOptions): Promise<{ samples: Sample[]; growing: string[] }> {
  // Cleaning up as often as a server that has more to do would.
  const server = await startOwnPostgres({ fsync: 'off', autovacuum_naptime: '5s', track_counts: 'on' });
  const url = await createDatabase(server.url);
  const { module, remove } = deploy(['soak/soak.wf.ts']);
  const store = await openStore(url);
  const worker = fork(WORKER, [url, module], { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    await once(worker, 'message');
    // The package as it is built: what the compiled module is published to.
    const { open } = (await import(CLIENT)) as typeof import('../../runtime/client.ts');
    const engine = await open({ store: url });
    const samples = await new Soak(options, store, worker, engine, (await import(module)) as Record<string, never>).run();
    await engine.close();
    return { samples, growing: growing(samples) };
  } finally {
    worker.kill('SIGKILL');
    await store.close();
    await server.stop();
    remove();
  }
}

class Soak {
  private readonly options: SoakOptions;
  private readonly store: Store;
  private readonly worker: ChildProcess;
  private readonly engine: Engine;
  private readonly load: Record<string, never>;
  private begun = 0;

  constructor(options: SoakOptions, store: Store, worker: ChildProcess, engine: Engine, load: Record<string, never>) {
    this.options = options;
    this.store = store;
    this.worker = worker;
    this.load = load;
    this.engine = engine;
  }

  async run(): Promise<Sample[]> {
    const samples: Sample[] = [];
    await this.engine.startMany(this.load.sleeper!, Array.from({ length: SLEEPERS }, (_, n) => ({ id: `sleeper-${n}` })));
    const began = performance.now();
    const end = began + this.options.minutes * 60_000;
    let sampledAt = began;
    for (let now = began; now < end; now = performance.now()) {
      const due = Math.floor(((now - began) / 1000) * this.options.rate) - this.begun;
      await Promise.all(Array.from({ length: Math.min(due, 50) }, () => this.begin(this.begun++)));
      if (now - sampledAt >= EVERY_MS) {
        samples.push(await this.sample((now - began) / 1000, (now - sampledAt) / 1000));
        sampledAt = now;
        this.options.tell(describe(samples.at(-1)!));
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return samples;
  }

  private async begin(n: number): Promise<void> {
    const run = await this.engine.start(this.load.order!, { id: `order-${n}`, args: [3] as never });
    await run.send('letters', n);
  }

  private async sample(seconds: number, since: number): Promise<Sample> {
    const told = once(this.worker, 'message');
    this.worker.send({});
    const [{ heapUsed, rss }] = (await told) as [{ heapUsed: number; rss: number }];
    const [tables] = await this.rows(`
      SELECT sum(pg_total_relation_size(relid))::float8 AS bytes, sum(n_dead_tup)::int AS dead, sum(n_live_tup)::int AS live
      FROM pg_stat_user_tables WHERE schemaname = 'perdure'`);
    const [claims] = await this.rows(`
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS median, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS worst
      FROM (SELECT extract(epoch FROM l.at - r.created_at) * 1000 AS ms FROM perdure.runs r JOIN perdure.log l ON l.uid = r.uid AND l.seq = 1
            WHERE r.created_at > now() - interval '${since} seconds') claims`);
    const [done] = await this.rows(`SELECT count(*)::int AS n FROM perdure.runs WHERE finished_at IS NOT NULL`);
    return {
      seconds,
      heapMb: heapUsed / 2 ** 20,
      rssMb: rss / 2 ** 20,
      tablesMb: Number(tables!.bytes) / 2 ** 20,
      deadRows: Number(tables!.dead),
      liveRows: Number(tables!.live),
      claimMs: Number(claims!.median),
      claimMs99: Number(claims!.worst),
      done: Number(done!.n),
    };
  }

  private rows(text: string): Promise<Record<string, unknown>[]> {
    return this.store.sql.query({ name: '', text }, []);
  }
}

function describe({ seconds, heapMb, rssMb, tablesMb, deadRows, liveRows, claimMs, claimMs99, done }: Sample): string {
  return (
    `${seconds.toFixed(0).padStart(5)} s  heap ${heapMb.toFixed(1)} MB  rss ${rssMb.toFixed(0)} MB  tables ${tablesMb.toFixed(1)} MB  ` +
    `rows ${liveRows} live ${deadRows} dead  claim ${claimMs.toFixed(1)} ms (99%: ${claimMs99.toFixed(0)})  ${done} runs over and kept`
  );
}

const median = (numbers: number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

/** Medians of the middle of the time and of its end. Throws if there are too few samples. */
export function compare(samples: Sample[], of: keyof Sample): [middle: number, end: number] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP)).map((sample) => sample[of]);
  const half = warm.length >> 1;
  if (half < SAMPLES_MIN) {
    const minutes = Math.ceil((2 * SAMPLES_MIN * EVERY_MS) / (1 - WARM_UP) / 60_000);
    throw new Error(`${samples.length} samples tell no trend: soak for ${minutes} minutes at least`);
  }
  return [median(warm.slice(0, half)), median(warm.slice(half))];
}

export const WATCHED = { heapMb: 'heap', tablesMb: 'tables', deadRows: 'dead rows', claimMs: 'claim latency' } as const;

function growing(samples: Sample[]): string[] {
  return Object.entries(WATCHED).flatMap(([of, name]) => {
    const [middle, end] = compare(samples, of as keyof Sample);
    return end > middle * TOLERANCE ? [name] : [];
  });
}
