/**
 * Kills workers by SIGKILL at random moments while a mixed load runs, and lets people's part be played by code that
 * looks into the journal: an effect in doubt is given its result if it has happened, and another attempt if not.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Engine, PerdureError } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { openStore } from '../../runtime/store/open.ts';
import type { Store } from '../../runtime/store/store.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { deploy } from '../support/deploy.ts';
import { Random } from '../support/random.ts';
import type { Wanted } from './expected.ts';
import { Journal, pause, type Happening } from './journal.ts';

export interface LoadRun extends Wanted {
  workflow: 'sequence' | 'fan' | 'collect';
  /** Of a `collect`: how many messages the store has taken for sure. */
  sent: number;
}

export interface KillReport {
  kills: number;
  resolved: { result: number; retry: number };
  runs: LoadRun[];
  /** By run id. */
  outcomes: Map<string, { status: string; value: unknown }>;
  happenings: Happening[];
}

export interface KillOptions {
  /** A PostgreSQL URL or a directory. */
  target: string;
  kills: number;
  seed: number;
  /** Runs started per worker. */
  runsPerWorker: number;
}

const WORKER = new URL('worker.mjs', import.meta.url).pathname;
const FINISH_MS = 60_000;

export async function killLoop(options: KillOptions): Promise<KillReport> {
  const { module, remove } = deploy(['kill/load.wf.ts']);
  const loop = new KillLoop(options, module);
  try {
    return await loop.run();
  } finally {
    loop.journal.close();
    remove();
  }
}

class KillLoop {
  readonly journal: Journal;
  private readonly options: KillOptions;
  private readonly module: string;
  private readonly random: Random;
  private readonly runs: LoadRun[] = [];
  private readonly started = new Set<string>();
  private readonly resolved = { result: 0, retry: 0 };
  private worker: ChildProcess | null = null;

  constructor(options: KillOptions, module: string) {
    this.options = options;
    this.module = module;
    this.random = new Random(options.seed);
    this.journal = new Journal(new Random(options.seed + 1));
  }

  async run(): Promise<KillReport> {
    await this.journal.listen();
    for (let kill = 0; kill < this.options.kills; kill++) {
      const ready = this.startWorker();
      if (this.random.chance(0.1)) {
        await pause(this.random.below(300)); // while it starts
      } else {
        await ready;
        this.addRuns();
        this.askForRuns();
        const until = performance.now() + this.random.below(500);
        await this.attend().catch(whenCut);
        await pause(Math.max(0, until - performance.now()));
      }
      await this.end('SIGKILL');
    }
    await this.finish();
    return {
      kills: this.options.kills,
      resolved: this.resolved,
      runs: this.runs,
      outcomes: await this.withStore((store) => this.outcomes(store)),
      happenings: this.journal.happenings,
    };
  }

  private startWorker(): Promise<unknown> {
    const worker = fork(WORKER, [this.options.target, this.module, this.journal.url], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let stderr = '';
    worker.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    this.worker = worker;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: { ready?: boolean; started?: string }) => {
        if (message.ready) resolve(undefined);
        if (message.started) this.started.add(message.started);
      });
      worker.once('exit', (code) => {
        if (code === null || code === 0) resolve(undefined);
        else reject(new Error(`the worker ended by itself with ${code}:\n${stderr}`));
      });
    });
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const worker = this.worker!;
    if (worker.exitCode !== null || worker.signalCode !== null) throw new Error('the worker has ended by itself');
    const ended = once(worker, 'exit');
    worker.kill(signal);
    await ended;
    await this.journal.idle();
  }

  private addRuns(): void {
    for (let i = 0; i < this.options.runsPerWorker; i++) {
      const n = this.runs.length;
      const workflow = (['sequence', 'fan', 'collect'] as const)[n % 3]!;
      const id = `${workflow}-${n}`;
      const args: LoadRun['args'] =
        workflow === 'sequence' ? [id, 4 + this.random.below(8)] : workflow === 'fan' ? [id, 2 + this.random.below(4), 2 + this.random.below(2)] : [id, 6 + this.random.below(10)];
      this.runs.push({ id, workflow, args, sent: 0 });
    }
  }

  /** Asks the worker for every run whose start nobody has confirmed: starting one twice must do no harm. */
  private askForRuns(): void {
    for (const { workflow, id, args } of this.runs) {
      if (!this.started.has(id)) this.worker!.send({ workflow, id, args }, () => {});
    }
  }

  private async withStore<T>(body: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore(this.options.target, { shared: true, connectionsMax: 1 });
    try {
      return await body(store);
    } finally {
      await store.close();
    }
  }

  /** What people do: send messages, decide about doubts. */
  private attend(): Promise<void> {
    return this.withStore(async (store) => {
      const engine = new Engine(store, WORKER_DEFAULTS);
      for (const run of this.runs) {
        if (run.workflow !== 'collect' || !this.started.has(run.id)) continue;
        const count = run.args[1]!;
        for (let some = this.random.below(6); some > 0 && run.sent < count; some--) {
          const handle = await engine.run(run.id);
          await handle.send('numbers', run.sent);
          run.sent++;
        }
      }
      await this.decide(store, engine);
    });
  }

  private async decide(store: Store, engine: Engine): Promise<void> {
    for (const run of await store.runs.list({ limit: 1000, status: 'running' })) {
      if (!run.inDoubt) continue;
      await this.journal.idle();
      for (const request of (await inspectRun(store, run)).requests) {
        if (!request.inDoubt) continue;
        const happened = this.journal.happenings.find(({ key }) => key === `${run.uid}:${request.number}`);
        try {
          await engine.resolve(run.id, request.number, happened ? { result: happened.value } : { retry: true });
          this.resolved[happened ? 'result' : 'retry']++;
        } catch (error) {
          // A decision before this one let the run go on, or end: what is still in doubt is seen the next time.
          if (!(error instanceof PerdureError && (error.code === 'not_in_doubt' || error.code === 'run_ended'))) throw error;
        }
      }
    }
  }

  /** Lets everything come to its end. */
  private async finish(): Promise<void> {
    await this.startWorker();
    const deadline = Date.now() + FINISH_MS;
    for (;;) {
      this.askForRuns();
      await this.attend();
      const outcomes = await this.withStore((store) => this.outcomes(store));
      const open = this.runs.filter(({ id }) => (outcomes.get(id)?.status ?? 'running') === 'running');
      if (open.length === 0) break;
      if (Date.now() > deadline) throw new Error(`These runs did not end: ${await this.describe(open)}`);
      await pause(100);
    }
    await this.end('SIGTERM');
  }

  private describe(runs: LoadRun[]): Promise<string> {
    return this.withStore(async (store) => {
      const described = runs.map(async ({ id }) => {
        const run = await store.runs.find(id);
        if (!run) return { id };
        const { seq, requests } = await inspectRun(store, run);
        const claims = await store.claims.of(run.uid);
        const rows = await store.sql.query({ name: 'describe', text: 'SELECT worker, wake_at, mail FROM perdure.runs WHERE uid = $1' }, [run.uid]);
        return { ...run, seq, requests, claims, rows, inbox: await store.inbox.after(run.uid, 0), happenings: this.journal.happenings.filter((h) => h.key.startsWith(run.uid)).slice(-6), workers: await store.workers.list() };
      });
      return JSON.stringify(await Promise.all(described), null, 1);
    });
  }

  private async outcomes(store: Store): Promise<KillReport['outcomes']> {
    const out: KillReport['outcomes'] = new Map();
    for (const run of await store.runs.list({ limit: 10_000 })) {
      const outcome = run.outcome === null ? null : (JSON.parse(run.outcome) as { ok?: unknown });
      out.set(run.id, { status: run.status, value: outcome?.ok ?? outcome ?? run.reason });
    }
    return out;
  }
}

/** The holder of an embedded store was killed while we asked it: nobody knows what it has done. */
function whenCut(error: unknown): void {
  if ((error as { code?: string }).code !== 'store_connection') throw error;
}
