/**
 * Chaos on a real PostgreSQL: processes that work on a mixed load, behind a way to the database that fails; processes are killed, or
 * stand still beyond their lease; connections are ended by the server, which is started anew, also as after a crash. The
 * journal that knows what has happened outside lives in this process; people's part is played here, too.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { Engine, PerdureError } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { openStore } from '../../runtime/store/open.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import type { StoredRun } from '../../runtime/store/runs.ts';
import type { Store } from '../../runtime/store/store.ts';
import { LOST_PAUSES_MS } from '../../runtime/worker/effects/lost-attempts.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { judgeRun, type Happened } from '../kill/expected.ts';
import { Journal, pause, type Happening } from '../kill/journal.ts';
import { deploy } from '../support/deploy.ts';
import { judgeStore } from '../support/judge-store.ts';
import { createDatabase, startOwnPostgres, type RestartableServer } from '../support/postgres.ts';
import { Random } from '../support/random.ts';
import { drawRun, expectedOf, type ChaosRun } from './load.ts';
import { Proxy } from './proxy.ts';
import { startReplicated, type ReplicatedServer } from './replicated.ts';

export interface ChaosReport {
  seconds: number;
  /** How many of each kind have really happened. */
  faults: Record<string, number>;
  runs: number;
  /** Cycles that were committed. */
  steps: number;
  /** Effects that have happened. */
  effects: number;
  ticks: number;
  /** Decisions about doubts, and how many of those were about an effect that may be made again, and seemed to end its workers. */
  decisions: number;
  suspected: number;
  violations: string[];
  /** What was done when; what the runs look like that are in question. */
  trace: string[];
}

export interface ChaosOptions {
  minutes: number;
  /** At least so many faults: on a busy machine it goes on for that, up to twice as long. */
  faultsMin?: number;
  seed: number;
  /** The server has a replica, which takes its place now and then. */
  failover?: boolean;
  /** Told every so often how it goes. */
  tell?(line: string): void;
}

const WORKER = new URL('worker.mjs', import.meta.url).pathname;
const WORKERS = 3;
const OPEN_MAX = 24;
const MINUTE_MS = 60_000;
const CALM_MS = 150_000;
const SCHEDULE = 'minutely';
/** After a process has gone on, nobody decides so long about effects that it may be about to make. */
const SETTLE_MS = 1500;
/** A run of so many minutes has to meet every kind of fault. */
const ALL_KINDS_MINUTES = 2;
/** How long an orderly close may take, with a database that fails. */
const CLOSE_MS = 40_000;
/** A tick may be so late that it is not there yet when the schedule is paused. */
const LATE_TICK_MS = 20_000;

interface Slot {
  name: string;
  child: ChildProcess | null;
  stopped: boolean;
  /** Since when it works. */
  readyAt: number | null;
  /** It was told to close. */
  leaving: boolean;
  stderr: string;
}

/** A token, and the call that it is of. */
type Asked = Omit<Happening, 'value'> & { token: string };

/** How often a kind comes, and what it does: whether it has happened. */
type Kind = [everyMs: number, happen: () => boolean | Promise<boolean>];

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const server = options.failover ? await startReplicated() : await startOwnPostgres();
  const versions = VERSIONS.map((edit) => deploy(['chaos/chaos.wf.ts', 'kill/load.wf.ts'], edit));
  const loop = new Chaos(options, server, versions.map(({ module }) => module));
  try {
    return await loop.run();
  } finally {
    await loop.end();
    await server.stop();
    for (const { remove } of versions) remove();
  }
}

/** Two versions of the program, which do the same. */
const VERSIONS = [(text: string) => text, (text: string) => `${text}\nexport const version = 'second';\n`];

class Chaos {
  private readonly options: ChaosOptions;
  private readonly server: RestartableServer | ReplicatedServer;
  /** The versions of the module; workers that start are of the current one. */
  private readonly modules: string[];
  private version = 0;
  private readonly kinds: Record<string, Kind>;
  private readonly random: Random;
  private readonly journal: Journal;
  private readonly proxy: Proxy;
  private readonly slots: Slot[] = Array.from({ length: WORKERS }, (_, i) => ({ name: `w${i}`, child: null, stopped: false, readyAt: null, leaving: false, stderr: '' }));
  private readonly faults: Record<string, number> = {};
  private readonly lines: string[] = [];
  private readonly violations: string[] = [];
  private decisions = 0;
  private suspected = 0;
  private readonly began = performance.now();
  private readonly runs: ChaosRun[] = [];
  private readonly started = new Set<string>();
  private readonly over = new Set<string>();
  private database = '';
  /** When the schedule was there for sure, and when it was paused. */
  private readonly scheduled = { from: Number.POSITIVE_INFINITY, until: 0 };
  private store!: Store;
  private engine!: Engine;
  private calm = false;
  private ending = false;
  private mayDecideAt = 0;
  /** How many people are at something. */
  private underWay = 0;

  constructor(options: ChaosOptions, server: RestartableServer | ReplicatedServer, modules: string[]) {
    this.options = options;
    this.server = server;
    this.modules = modules;
    this.random = new Random(options.seed);
    this.journal = new Journal(new Random(options.seed + 1));
    this.proxy = new Proxy(new Random(options.seed + 2));
    this.kinds = {
      kill: [2500, () => this.kill()],
      stop: [9000, () => this.stopForAWhile()],
      cut: [1500, () => this.proxy.cutOne()],
      'cut all': [9000, () => this.proxy.cutAll()],
      'lose answers': [1000, () => this.proxy.lose('answers')],
      'lose questions': [1500, () => this.proxy.lose('asks')],
      stall: [1500, () => this.proxy.stall(200 + this.random.below(1200))],
      deploy: [25_000, () => this.deploy()],
      ...('failOver' in server
        ? // What waits for the replica must not be ended: it has happened, is seen, and is lost with the server all the same.
          { failover: [18_000, () => this.failOver(server)] }
        : { terminate: [1500, () => this.terminate()], restart: [18_000, () => this.restart(server)] }),
    } satisfies Record<string, Kind>;
  }

  /** Not through the proxy. */
  private get direct(): string {
    return new URL(this.database, this.server.url).href;
  }

  private get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  private trace(text: string): void {
    this.lines.push(`${this.seconds.toFixed(2).padStart(8)}  ${text}`);
  }

  private violate(what: string): void {
    this.violations.push(what);
    this.options.tell?.(`violation: ${what}`);
    this.trace(`VIOLATION ${what}`);
  }

  async run(): Promise<ChaosReport> {
    this.database = new URL(await createDatabase(this.server.url)).pathname;
    await this.journal.listen();
    await this.proxy.listen(this.direct);
    const first = await openStore(this.direct, { connectionsMax: 1 });
    await first.sql.script('CREATE TABLE bookings (key text, attempt int, run text, step int, amount int)');
    await first.close();
    this.store = await openStore(this.proxy.url, { connectionsMax: 4 });
    this.engine = new Engine(this.store, WORKER_DEFAULTS);
    for (const slot of this.slots) this.startWorker(slot);
    const failing = this.fail();
    await this.attend(() => this.isStormy);
    await failing;
    this.trace('calm');
    this.calm = true;
    const deadline = performance.now() + CALM_MS;
    await this.attend(() => this.open().length > 0 && performance.now() < deadline && this.violations.length === 0);
    await this.endSchedule(deadline);
    while (this.underWay > 0 && performance.now() < deadline) await pause(20);
    return this.report();
  }

  async end(): Promise<void> {
    this.ending = true;
    for (const { child } of this.slots) {
      if (!lives(child)) continue;
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
    const child = fork(WORKER, [this.proxy.url, this.modules[this.version]!, this.journal.url], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    slot.child = child;
    slot.stopped = false;
    slot.readyAt = null;
    slot.leaving = false;
    slot.stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (slot.stderr = (slot.stderr + chunk.toString()).slice(-4000)));
    child.on('message', (message: { ready?: true; started?: string; failed?: string; approve?: Asked }) => {
      if (message.ready) slot.readyAt = performance.now();
      if (message.started) this.started.add(message.started);
      if (message.started === SCHEDULE) this.scheduled.from = Math.min(this.scheduled.from, Date.now());
      if (message.approve) this.go(this.approve(message.approve));
      if (message.failed) this.violate(`a start failed: ${message.failed}`);
    });
    child.on('error', () => {});
    child.once('exit', (code, signal) => {
      this.trace(`${slot.name} has ended with ${code ?? signal}`);
      if (this.ending) return;
      // One that is told to close before it listens ends at once.
      const hasClosed = slot.leaving && (code === 0 || signal === 'SIGTERM');
      if (signal !== 'SIGKILL' && !hasClosed) this.violate(`${slot.name} has ended by itself with ${code ?? signal}: ${slot.stderr}`);
      setTimeout(() => this.ending || this.startWorker(slot), this.random.below(400));
    });
  }

  private ask(message: object): void {
    const { child, stopped, leaving } = this.random.pick(this.slots);
    if (child?.connected && !stopped && !leaving) child.send(message, () => {});
  }

  // ——— Faults ———

  private get isStormy(): boolean {
    const { minutes, faultsMin = 0 } = this.options;
    return this.seconds < minutes * 60 || (this.count() < faultsMin && this.seconds < 2 * minutes * 60);
  }

  private async fail(): Promise<void> {
    const often = async ([kind, [everyMs, happen]]: [string, Kind]): Promise<void> => {
      this.faults[kind] = 0;
      for (;;) {
        await pause(everyMs * (0.3 + 1.4 * this.random.next()));
        if (!this.isStormy) return;
        this.trace(kind);
        if (await happen()) this.faults[kind]!++;
        else this.trace(`${kind}: not this time`);
      }
    };
    await Promise.all(Object.entries(this.kinds).map(often));
  }

  /** One that works; now and then one that starts. Where all that start were killed, nothing would ever happen. */
  private kill(): boolean {
    const now = performance.now();
    const isOld = ({ readyAt }: Slot): boolean => readyAt !== null && now - readyAt > 1000 + this.random.below(5000);
    const some = this.slots.filter((slot) => lives(slot.child) && (isOld(slot) || this.random.chance(0.1)));
    if (some.length === 0) return false;
    const slot = this.random.pick(some);
    this.trace(`${slot.name} is killed`);
    return slot.child!.kill('SIGKILL');
  }

  /** Longer than its lease, as often as not. */
  private async stopForAWhile(): Promise<boolean> {
    const slot = this.random.pick(this.slots);
    const { child } = slot;
    if (!lives(child)) return false;
    this.mayDecideAt = Number.POSITIVE_INFINITY;
    slot.stopped = true;
    child.kill('SIGSTOP');
    await pause(500 + this.random.below(4500));
    const hasStopped = child.kill('SIGCONT');
    if (slot.child === child) slot.stopped = false;
    this.trace(`${slot.name} goes on`);
    this.mayDecideAt = performance.now() + SETTLE_MS;
    return hasStopped;
  }

  /** Ends a connection at the server: it is the operator who does it. */
  private async terminate(): Promise<boolean> {
    const store = await openStore(this.direct, { connectionsMax: 1 }).catch(() => null);
    const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1`;
    const ended = await store?.sql.query({ name: 'chaos_terminate', text }, []).catch(() => []);
    await store?.close().catch(() => {});
    return ended?.[0]?.pg_terminate_backend === true;
  }

  private async restart(server: RestartableServer): Promise<boolean> {
    await server.restart(this.random.chance(0.5) ? 'fast' : 'immediate');
    return true;
  }

  private async failOver(server: ReplicatedServer): Promise<boolean> {
    await server.failOver();
    this.proxy.lead(server.url);
    this.proxy.cutAll();
    await server.replicate();
    return true;
  }

  /** The other version takes the place of this one, process by process: each is told to close, and the next waits until its successor works. */
  private async deploy(): Promise<boolean> {
    this.version = 1 - this.version;
    let closed = 0;
    for (const slot of this.slots) {
      const { child } = slot;
      if (!lives(child)) continue;
      slot.leaving = true;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      if ((await Promise.race([ended, pause(CLOSE_MS).then(() => 'late')])) === 'late') {
        this.violate(`${slot.name} has not closed in ${CLOSE_MS / 1000} s: ${slot.stderr}`);
        child.kill('SIGKILL');
        await ended;
      }
      if (child.exitCode === 0) closed++;
      const successor = performance.now() + 5000;
      while ((slot.child === child || slot.readyAt === null) && performance.now() < successor) await pause(50);
    }
    this.trace(`deployed version ${this.version}: ${closed} processes have closed`);
    return closed > 0;
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

  /** What a schedule begins while the oracle looks would be under way. */
  private async endSchedule(deadline: number): Promise<void> {
    const ticks = { tags: { schedule: SCHEDULE }, limit: 1000 };
    let isOver = !this.started.has(SCHEDULE);
    for (; !isOver && performance.now() < deadline; await pause(100)) {
      await this.insist(async () => {
        if (this.scheduled.until === 0) {
          const now = Date.now();
          await this.engine.pauseSchedule(SCHEDULE);
          this.scheduled.until = now;
        }
        isOver = (await this.store.runs.list(ticks)).every(({ status }) => !['pending', 'running'].includes(status));
      });
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
      else if (run.workflow === 'answers' && run.sent === 0) {
        run.sent = 1;
        this.go(this.askAll(run));
      }
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

  /** Somebody does it; the oracle waits for that. */
  private go(work: Promise<void>): void {
    this.underWay++;
    work.then(
      () => this.underWay--,
      (error: unknown) => this.violate(`a person met ${(error as Error).stack}`),
    );
  }

  /** Completes an effect, unless it is too late: then the run asks again. */
  private async approve({ token, amount, ...call }: Asked): Promise<void> {
    await pause(this.random.below(this.random.chance(0.2) ? 3000 : 200));
    const value = amount! * 3;
    while (!this.ending) {
      try {
        await this.engine.complete(token, { result: value });
        this.journal.happenings.push({ ...call, amount, value });
        return;
      } catch (error) {
        if (['token_expired', 'token_decided', 'run_ended'].includes((error as PerdureError).code)) return;
        if (!(error instanceof StoreError)) throw error;
        await pause(50);
      }
    }
  }

  /** One question after the other, each under its key until it is answered. */
  private async askAll({ id, args: [, count = 0] }: ChaosRun): Promise<void> {
    for (let step = 0; step < count && !this.ending; ) {
      try {
        const value = (await this.engine.ask(id, 'questions', step + 1, { key: String(step), timeout: 3000 })) as number;
        if (value !== 3 * (step + 1)) this.violate(`${id} has answered question ${step} with ${value}`);
        this.journal.happenings.push({ key: `${id}:${step}`, attempt: 1, effect: 'answer', run: id, step, value });
        step++;
      } catch (error) {
        if (!(error instanceof StoreError) && (error as PerdureError).code !== 'ask_timeout') throw error;
        await pause(50);
      }
    }
  }

  /** Looks at the journal, when all that was asked of it has come to it. */
  private async decide(): Promise<void> {
    for (const run of await this.store.runs.list({ limit: 1000, status: 'running' })) {
      if (!run.inDoubt) continue;
      await this.journal.idle();
      for (const request of (await inspectRun(this.store, run)).requests) {
        if (!request.inDoubt || performance.now() < this.mayDecideAt) continue;
        const happened = this.journal.happenings.find(({ key }) => key === `${run.uid}:${request.number}`);
        this.decisions++;
        if (request.doubt!.lost >= LOST_PAUSES_MS.length) this.suspected++;
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
    const byRun = new Map<string, Happened[]>();
    for (const one of happened) {
      const known = byRun.get(one.run);
      if (known) known.push(one);
      else byRun.set(one.run, [one]);
    }
    for (const run of this.runs) {
      const wrong = judgeRun(run.id, expectedOf(run), outcomes.get(run.id), byRun.get(run.id) ?? []);
      for (const one of wrong) this.violate(one);
      if (wrong.length > 0) await this.describe(store, all.find(({ id }) => id === run.id));
    }
    const known = new Set(this.runs.map(({ id }) => id));
    for (const { run, effect, step } of happened) if (!known.has(run)) this.violate(`nobody has asked for ${effect} ${step} of ${run}`);
    for (const wrong of await judgeStore(store, all.filter(({ status }) => status !== 'pending'))) this.violate(wrong);
    const ticks = this.judgeTicks(all);
    if (new Set(all.map(({ artifact }) => artifact)).size < 2 && this.faults.deploy! > 0) this.violate('no run is of the second version');
    const never = neverHappened(this.faults);
    if (this.options.minutes >= ALL_KINDS_MINUTES && never.length > 0) this.violate(`these faults have never happened: ${never.join(', ')}`);
    const [{ steps }] = (await store.sql.query({ name: 'chaos_steps', text: 'SELECT count(*)::int AS steps FROM perdure.log WHERE seq > 0' }, [])) as [{ steps: number }];
    await store.close();
    return { seconds: this.seconds, faults: this.faults, runs: all.length, steps, effects: happened.length, ticks, decisions: this.decisions, suspected: this.suspected, violations: this.violations, trace: this.lines };
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

  /** Every minute of the schedule's time once, and each has done what it should. */
  private judgeTicks(all: StoredRun[]): number {
    const ticks = all.filter(({ tags }) => tags.schedule === SCHEDULE);
    for (const tick of ticks) {
      const outcome = outcomeOf(tick);
      if (!isDeepStrictEqual(outcome, { status: 'completed', value: 'ticked' })) this.violate(`${tick.id} ended with ${JSON.stringify(outcome)}`);
    }
    const moments = ticks.map(({ id }) => Date.parse(id.slice(SCHEDULE.length + 1))).sort((a, b) => a - b);
    const show = (moment: number): string => new Date(moment).toISOString();
    for (const [i, moment] of moments.entries()) {
      if (i > 0 && moment - moments[i - 1]! !== MINUTE_MS) this.violate(`the tick after ${show(moments[i - 1]!)} is ${show(moment)}`);
    }
    const { from, until } = this.scheduled;
    for (let moment = Math.ceil(from / MINUTE_MS) * MINUTE_MS; moment < until - LATE_TICK_MS; moment += MINUTE_MS) {
      if (!moments.includes(moment)) this.violate(`there is no tick of ${show(moment)}`);
    }
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

const lives = (child: ChildProcess | null): child is ChildProcess => child !== null && child.exitCode === null && child.signalCode === null;

const neverHappened = (faults: Record<string, number>): string[] => Object.keys(faults).filter((kind) => faults[kind] === 0);

function outcomeOf({ status, outcome, reason }: StoredRun): { status: string; value: unknown } {
  if (outcome === null) return { status, value: reason };
  const { ok, error } = JSON.parse(outcome) as { ok?: unknown; error?: unknown };
  if (error === undefined) return { status, value: ok };
  return { status, value: /CancelledError/.test(JSON.stringify(error)) ? 'CancelledError' : error };
}

export function summary({ seconds, faults, runs, steps, effects, ticks, decisions, suspected, violations }: ChaosReport): string {
  const kinds = Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1));
  const count = kinds.reduce((sum, [, times]) => sum + times, 0);
  const never = neverHappened(faults);
  return (
    `chaos: ${seconds.toFixed(0)} s, ${count} faults (${kinds.map(([kind, times]) => `${kind} ${times}`).join(', ')}), ` +
    `${runs} runs, ${steps} steps, ${effects} effects, ${ticks} ticks, ${decisions} doubts (${suspected} of innocent suspects); ${violations.length} violations` +
    (never.length > 0 ? `; never: ${never.join(', ')}` : '')
  );
}
