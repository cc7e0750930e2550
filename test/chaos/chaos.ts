/**
 * Chaos on a real PostgreSQL: processes that work on a mixed load, behind a way to the database that fails; processes are killed, or
 * stand still beyond their lease; connections are ended by the server, which is started anew, also as after a crash. The
 * journal that knows what has happened outside lives in this process; people's part is played here, too.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { Engine, PerdureError } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { openStore } from '../../runtime/store/open.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import type { StoredRun } from '../../runtime/store/runs.ts';
import type { Store } from '../../runtime/store/store.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { Journal, pause } from '../kill/journal.ts';
import { deploy } from '../support/deploy.ts';
import { judgeStore } from '../support/judge-store.ts';
import { createDatabase, startOwnPostgres, type RestartableServer } from '../support/postgres.ts';
import { Random } from '../support/random.ts';
import { drawRun, judgeRun, type ChaosRun, type Happened } from './load.ts';
import { Proxy } from './proxy.ts';

export interface ChaosReport {
  seconds: number;
  faults: Record<string, number>;
  runs: number;
  /** Cycles that were committed. */
  steps: number;
  /** Effects that have happened. */
  effects: number;
  ticks: number;
  violations: string[];
  /** What was done when; what the runs look like that are in question. */
  trace: string[];
}

export interface ChaosOptions {
  minutes: number;
  seed: number;
  /** Told every so often how it goes. */
  tell?(line: string): void;
}

const WORKER = new URL('worker.mjs', import.meta.url).pathname;
const WORKERS = 3;
const OPEN_MAX = 24;
const CALM_MS = 150_000;
const SCHEDULE = 'minutely';
/** After a process has gone on, nobody decides so long about effects that it may be about to make. */
const SETTLE_MS = 1500;

interface Slot {
  name: string;
  child: ChildProcess | null;
  stopped: boolean;
  /** Since when it works. */
  readyAt: number | null;
  stderr: string;
}

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const server = await startOwnPostgres();
  const { module, remove } = deploy('chaos/chaos.wf.ts', 'kill/load.wf.ts');
  const loop = new Chaos(options, server, module);
  try {
    return await loop.run();
  } finally {
    await loop.end();
    await server.stop();
    remove();
  }
}

class Chaos {
  private readonly options: ChaosOptions;
  private readonly server: RestartableServer;
  private readonly module: string;
  private readonly random: Random;
  private readonly journal: Journal;
  private readonly proxy: Proxy;
  private readonly slots: Slot[] = Array.from({ length: WORKERS }, (_, i) => ({ name: `w${i}`, child: null, stopped: false, readyAt: null, stderr: '' }));
  private readonly faults: Record<string, number> = {};
  private readonly lines: string[] = [];
  private readonly violations: string[] = [];
  private readonly began = performance.now();
  private readonly runs: ChaosRun[] = [];
  private readonly started = new Set<string>();
  private readonly over = new Set<string>();
  private direct = '';
  private store!: Store;
  private engine!: Engine;
  private calm = false;
  private ending = false;
  private mayDecideAt = 0;

  constructor(options: ChaosOptions, server: RestartableServer, module: string) {
    this.options = options;
    this.server = server;
    this.module = module;
    this.random = new Random(options.seed);
    this.journal = new Journal(new Random(options.seed + 1));
    this.proxy = new Proxy(new Random(options.seed + 2));
  }

  private get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  private trace(text: string): void {
    this.lines.push(`${this.seconds.toFixed(2).padStart(8)}  ${text}`);
  }

  private violate(what: string): void {
    this.violations.push(what);
    this.trace(`VIOLATION ${what}`);
  }

  async run(): Promise<ChaosReport> {
    const seconds = this.options.minutes * 60;
    this.direct = await createDatabase(this.server.url);
    await this.journal.listen();
    await this.proxy.listen(this.direct);
    const first = await openStore(this.direct, { connectionsMax: 1 });
    await first.sql.script('CREATE TABLE bookings (key text, attempt int, run text, step int, amount int)');
    await first.close();
    this.store = await openStore(this.proxy.url, { connectionsMax: 4 });
    this.engine = new Engine(this.store, WORKER_DEFAULTS);
    for (const slot of this.slots) this.startWorker(slot);
    const failing = this.fail(seconds * 1000);
    await this.attend(() => this.seconds < seconds);
    await failing;
    this.trace('calm');
    this.calm = true;
    const deadline = performance.now() + CALM_MS;
    await this.attend(() => this.open().length > 0 && performance.now() < deadline && this.violations.length === 0);
    return this.report();
  }

  async end(): Promise<void> {
    this.ending = true;
    for (const { child } of this.slots) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    this.proxy.close();
    this.journal.close();
    await this.engine?.close({ deadline: 0 }).catch(() => {});
  }

  // ——— Processes ———

  private startWorker(slot: Slot): void {
    const child = fork(WORKER, [this.proxy.url, this.module, this.journal.url], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    slot.child = child;
    slot.stopped = false;
    slot.readyAt = null;
    slot.stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (slot.stderr = (slot.stderr + chunk.toString()).slice(-4000)));
    child.on('message', (message: { ready?: true; started?: string; failed?: string }) => {
      if (message.ready) slot.readyAt = performance.now();
      if (message.started) this.started.add(message.started);
      if (message.failed) this.violate(`a start failed: ${message.failed}`);
    });
    child.on('error', () => {});
    child.once('exit', (code, signal) => {
      this.trace(`${slot.name} has ended with ${code ?? signal}`);
      if (this.ending) return;
      if (signal !== 'SIGKILL') this.violate(`${slot.name} has ended by itself with ${code ?? signal}: ${slot.stderr}`);
      setTimeout(() => this.ending || this.startWorker(slot), this.random.below(400));
    });
  }

  private ask(message: object): void {
    const { child, stopped } = this.random.pick(this.slots);
    if (child?.connected && !stopped) child.send(message, () => {});
  }

  // ——— Faults ———

  private async fail(ms: number): Promise<void> {
    const end = performance.now() + ms;
    const often = async (kind: string, everyMs: number, happen: () => unknown): Promise<void> => {
      for (;;) {
        await pause(everyMs * (0.3 + 1.4 * this.random.next()));
        if (performance.now() > end) return;
        this.faults[kind] = (this.faults[kind] ?? 0) + 1;
        this.trace(kind);
        await happen();
      }
    };
    await Promise.all([
      often('kill', 2500, () => this.kill()),
      often('stop', 9000, () => this.stopForAWhile()),
      often('terminate', 1500, () => this.terminate()),
      often('cut', 1500, () => this.proxy.cutOne()),
      often('cut all', 9000, () => this.proxy.cutAll()),
      often('lose answers', 1000, () => this.proxy.lose('answers')),
      often('lose questions', 1500, () => this.proxy.lose('asks')),
      often('stall', 1500, () => this.proxy.stall(200 + this.random.below(1200))),
      often('restart', 18_000, () => this.server.restart(this.random.chance(0.5) ? 'fast' : 'immediate')),
    ]);
  }

  /** One that works; now and then one that starts. Where all that start were killed, nothing would ever happen. */
  private kill(): void {
    const now = performance.now();
    const some = this.random.chance(0.1) ? this.slots : this.slots.filter(({ readyAt }) => readyAt !== null && now - readyAt > 1000 + this.random.below(5000));
    if (some.length === 0) return;
    const slot = this.random.pick(some);
    this.trace(`${slot.name} is killed`);
    slot.child?.kill('SIGKILL');
  }

  /** Longer than its lease, as often as not. */
  private async stopForAWhile(): Promise<void> {
    const slot = this.random.pick(this.slots);
    const { child } = slot;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.mayDecideAt = Number.POSITIVE_INFINITY;
    slot.stopped = true;
    child.kill('SIGSTOP');
    await pause(500 + this.random.below(4500));
    child.kill('SIGCONT');
    if (slot.child === child) slot.stopped = false;
    this.trace(`${slot.name} goes on`);
    this.mayDecideAt = performance.now() + SETTLE_MS;
  }

  private async terminate(): Promise<void> {
    // Not through the proxy: it is the operator who does it.
    const store = await openStore(this.direct, { connectionsMax: 1 }).catch(() => null);
    const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1`;
    await store?.sql.query({ name: 'chaos_terminate', text }, []).catch(() => {});
    await store?.close().catch(() => {});
  }

  // ——— People ———

  /** Starts runs, sends messages, cancels, decides about doubts. */
  private async attend(wanted: () => boolean): Promise<void> {
    let told = 0;
    while (wanted()) {
      if (!this.started.has(SCHEDULE)) this.ask({ schedule: SCHEDULE });
      if (!this.calm) while (this.open().length < OPEN_MAX) this.runs.push(drawRun(this.random, this.runs.length));
      // Starting one twice does no harm.
      for (const { workflow, id, args } of this.runs) if (!this.started.has(id)) this.ask({ workflow, id, args });
      await this.insist(() => this.look());
      if (this.seconds - told >= 10) {
        told = this.seconds;
        this.options.tell?.(`${told.toFixed(0)} s: ${this.over.size} runs over, ${this.open().length} open, ${this.count()} faults, ${this.violations.length} violations`);
      }
      await pause(50);
    }
  }

  private open(): ChaosRun[] {
    return this.runs.filter(({ id }) => !this.over.has(id));
  }

  private count(): number {
    return Object.values(this.faults).reduce((sum, times) => sum + times, 0);
  }

  private async insist(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  private async look(): Promise<void> {
    for (const run of this.open()) {
      if (!this.started.has(run.id)) continue;
      const stored = await this.store.runs.find(run.id);
      if (stored === null) this.violate(`${run.id} was started, and is not there`);
      else if (['completed', 'failed', 'cancelled', 'terminated'].includes(stored.status)) this.over.add(run.id);
      else if (stored.status === 'parked') this.violate(`${run.id} is parked: ${stored.reason}`);
      else if (run.workflow === 'collect') await this.send(run);
      else if (run.workflow === 'stops' && run.sent === 0) await this.cancel(run, stored);
    }
    if (performance.now() > this.mayDecideAt) await this.decide();
  }

  /** The same key until it is confirmed. */
  private async send(run: ChaosRun): Promise<void> {
    for (let some = this.random.below(3); some > 0 && run.sent < run.args[1]!; some--) {
      const handle = await this.engine.run(run.id);
      await handle.send('numbers', run.sent, { key: String(run.sent) });
      run.sent++;
    }
  }

  private async cancel(run: ChaosRun, stored: StoredRun): Promise<void> {
    const { requests } = await inspectRun(this.store, stored);
    if (!requests.some(({ name }) => name === 'never')) return;
    await this.engine.cancel(run.id, { reason: 'enough' });
    run.sent = 1;
  }

  /** Looks at the journal, when all that was asked of it has come to it. */
  private async decide(): Promise<void> {
    for (const run of await this.store.runs.list({ limit: 1000, status: 'running' })) {
      if (!run.inDoubt) continue;
      await this.journal.idle();
      for (const request of (await inspectRun(this.store, run)).requests) {
        if (!request.inDoubt || performance.now() < this.mayDecideAt) continue;
        const happened = this.journal.happenings.find(({ key }) => key === `${run.uid}:${request.number}`);
        this.trace(`${run.id}: request ${request.number} is decided: ${happened ? 'it has happened' : 'it has not'}`);
        try {
          await this.engine.resolve(run.id, request.number, happened ? { result: happened.value } : { retry: true });
        } catch (error) {
          if (!(error instanceof PerdureError && ['not_in_doubt', 'run_ended'].includes(error.code))) throw error;
        }
      }
    }
  }

  // ——— The oracle ———

  private async report(): Promise<ChaosReport> {
    const store = await openStore(this.direct, { connectionsMax: 2 });
    const all = await this.allRuns(store);
    const outcomes = new Map(all.map((run) => [run.id, outcomeOf(run)]));
    const bookings = await store.sql.query({ name: 'chaos_bookings', text: 'SELECT key, run, step FROM bookings' }, []);
    const happened: Happened[] = [...this.journal.happenings, ...(bookings as unknown as Happened[]).map((booking) => ({ ...booking, effect: 'book' }))];
    for (const run of this.runs) {
      const wrong = judgeRun(run, outcomes.get(run.id), happened.filter((one) => one.run === run.id));
      for (const one of wrong) this.violate(one);
      if (wrong.length > 0) await this.describe(store, all.find(({ id }) => id === run.id));
    }
    const known = new Set(this.runs.map(({ id }) => id));
    for (const { run, effect, step } of happened) if (!known.has(run)) this.violate(`nobody has asked for ${effect} ${step} of ${run}`);
    for (const wrong of await judgeStore(store, all.filter(({ status }) => status !== 'pending'))) this.violate(wrong);
    const ticks = this.judgeTicks(all);
    const [{ steps }] = (await store.sql.query({ name: 'chaos_steps', text: 'SELECT count(*)::int AS steps FROM perdure.log WHERE seq > 0' }, [])) as [{ steps: number }];
    await store.close();
    return { seconds: this.seconds, faults: this.faults, runs: all.length, steps, effects: happened.length, ticks, violations: this.violations, trace: this.lines };
  }

  private async allRuns(store: Store): Promise<StoredRun[]> {
    const all: StoredRun[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await store.runs.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      all.push(...page);
      cursor = page.length < 1000 ? null : page.at(-1)!.cursor;
    }
    return all;
  }

  /** Every minute once, and none left out. */
  private judgeTicks(all: StoredRun[]): number {
    const ticks = all.filter(({ tags }) => tags.schedule === SCHEDULE);
    const moments = ticks.map(({ id }) => Date.parse(id.slice(SCHEDULE.length + 1))).sort((a, b) => a - b);
    for (const [i, moment] of moments.entries()) {
      if (i > 0 && moment - moments[i - 1]! !== 60_000) this.violate(`the tick after ${new Date(moments[i - 1]!).toISOString()} is ${new Date(moment).toISOString()}`);
    }
    if (moments.length < Math.floor(this.seconds / 60) - 1) this.violate(`there were ${moments.length} ticks in ${this.seconds.toFixed(0)} s`);
    return ticks.length;
  }

  private async describe(store: Store, run: StoredRun | undefined): Promise<void> {
    if (!run) return;
    const log = (await store.log.read(run.uid, 0, 1000)).map(({ seq, atMs, cause, delta }) => ({ seq, at: new Date(atMs).toISOString(), cause, requests: (JSON.parse(delta) as { requests?: unknown }).requests }));
    const { claims, inbox } = await store.log.load(run.uid);
    const journal = this.journal.happenings.filter(({ key }) => key.startsWith(run.uid));
    this.trace(JSON.stringify({ run, log, claims, inbox, journal, workers: await store.workers.list() }, null, 1));
  }
}

function outcomeOf({ status, outcome, reason }: StoredRun): { status: string; value: unknown } {
  if (outcome === null) return { status, value: reason };
  const { ok, error } = JSON.parse(outcome) as { ok?: unknown; error?: unknown };
  if (error === undefined) return { status, value: ok };
  return { status, value: /CancelledError/.test(JSON.stringify(error)) ? 'CancelledError' : error };
}

export function summary({ seconds, faults, runs, steps, effects, ticks, violations }: ChaosReport): string {
  const kinds = Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1));
  const count = kinds.reduce((sum, [, times]) => sum + times, 0);
  return (
    `chaos: ${seconds.toFixed(0)} s, ${count} faults (${kinds.map(([kind, times]) => `${kind} ${times}`).join(', ')}), ` +
    `${runs} runs, ${steps} steps, ${effects} effects, ${ticks} ticks; ${violations.length} violations`
  );
}
