/**
 * The real engine over a simulated database, network, clock and set of processes: one seed, one history, the same
 * every time. Everything happens inside one synchronous call (see `scheduler.ts`).
 */
import { readFileSync } from 'node:fs';
import { Engine } from '../../runtime/client.ts';
import { Program } from '../../runtime/engine/program.ts';
import { MemoryDatabase } from '../../runtime/store/memory/database.ts';
import { Store } from '../../runtime/store/store.ts';
import { compileModules } from '../support/harness.ts';
import { publishAll } from '../support/publish-all.ts';
import { Random } from '../support/random.ts';
import { ALL_EFFECTS, LANES, POLICIES, QUEUE } from './effects.ts';
import { holdingsOf, programsOf } from './engines.ts';
import { judge, judgeStored } from './judge.ts';
import { Network, NO_FAULTS, REFUSAL } from './network.ts';
import { CANNOT_LOOK, Outside } from './outside.ts';
import { drawFates, drawFurther, drawKeys, drawMix, drawTalks, startOf, type ChaosRates, type Mix, type PlannedRun } from './plan.ts';
import { answerHost, BEGINNING, Machine, Process, resetIds } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { listeningTo, Turns } from './turns.ts';
import { Users } from './users.ts';
import { Watch, type Ledger } from './watch.ts';

// ——— The program: compiled once for all seeds ———

const FOLDER = new URL('.', import.meta.url).pathname;
const SOURCE = readFileSync(`${FOLDER}load.wf.ts`, 'utf8');
const [compiled] = compileModules(`${FOLDER}load.wf.ts`, { 'load.wf.ts': SOURCE }, FOLDER.replace(/\/$/, ''));
// Without its source map, which would be most of what every start stores.
const published = publishAll([{ ...compiled!, map: null } as never]);
const APP = { ...published.exports, $perdure: published } as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
const PROGRAM = Program.of(published.artifact);

/** What the oracle knows of effects. */
const WATCHED = Object.fromEntries(ALL_EFFECTS.map((effect) => [effect, { ...POLICIES[effect], ...LANES[effect] }]));

// ——— Results ———

export interface SimulationResult {
  seed: number;
  violations: string[];
  /** Events that have happened, in virtual time. */
  steps: number;
  virtualMs: number;
  runs: number;
  cycles: number;
  attempts: number;
  /** Faults by kind. */
  faults: Record<string, number>;
  /** The same for the same history. */
  fingerprint: number;
  trace: string[];
}

export interface SimulationOptions {
  trace?: boolean;
  /** Changes the world before it begins: a bug that is planted. Returns how to take it back. */
  plant?: (simulation: Simulation) => () => void;
}

/** How long everything may take once there are no faults any more. */
const CALM_MS = 60_000;
/** How long workers get to let go of everything. */
const REST_MS = 2000;
const DAY_MS = 86_400_000;
/** Fates, locks, talks, keys and further effects are drawn apart: what else a seed draws is the same with them and without. */
const FATES = 1_000_000_007;
const LOCKS = 1_000_000_009;
const TALKS = 1_000_000_021;
const KEYS = 1_000_000_033;
const FURTHER = 1_000_000_087;

/** A place where a worker runs, one process after the other. */
interface Slot {
  name: string;
  generation: number;
  process: Process | null;
  engine: Engine | null;
}

export class Simulation {
  readonly random: Random;
  readonly mix: Mix;
  readonly scheduler: Scheduler;
  readonly database: MemoryDatabase;
  readonly network: Network;
  readonly outside: Outside;
  readonly watch: Watch;
  readonly violations: string[] = [];
  readonly faults: Record<string, number> = {};
  readonly lines: string[] = [];
  private readonly tracing: boolean;
  private readonly machines: Machine[];
  private readonly slots: Slot[];
  private readonly users: Users;
  private readonly turns = new Turns((process, error) => this.violate(`${process.name} throws ${error.stack}`));
  private calm = false;
  private fingerprint = 0;

  constructor(seed: number, tracing: boolean) {
    this.tracing = tracing;
    this.random = new Random(seed);
    this.mix = drawMix(this.random);
    drawFates(new Random(seed + FATES), this.mix.runs);
    drawTalks(new Random(seed + TALKS), this.mix);
    drawKeys(new Random(seed + KEYS), this.mix);
    drawFurther(new Random(seed + FURTHER), this.mix);
    const violate = (what: string): void => this.violate(what);
    const fault = (kind: string): void => void (this.faults[kind] = (this.faults[kind] ?? 0) + 1);
    const trace = (process: Process | null, text: string): void => this.trace(process, text);
    this.scheduler = new Scheduler((owner, run, what) => this.deliver(owner as Process | null, run, what));
    this.database = new MemoryDatabase(() => BEGINNING + this.scheduler.now);
    this.drawLocks(new Random(seed + LOCKS), fault);
    this.watch = new Watch(this.database, WATCHED, violate);
    const { watch } = this;
    this.network = new Network(this.scheduler, this.database, this.random, {
      sent: (...seen) => watch.sent(...seen),
      executing: (process, statement) => watch.executing(process, statement),
      executed: (process, statement, values, rows) => {
        trace(process, `· ${statement.name}${this.tracing ? ` ${show(values)} ⇒ ${show(rows.map((row) => Object.values(row)))}` : ''}`);
        watch.executed(statement, values, rows);
      },
      fault,
      trace,
    });
    this.outside = new Outside(this.scheduler, this.random, { invoked: (made) => watch.invoked(made), booked: (made) => watch.booked(made), decided: (key, text) => watch.decidedOf(key, text), handedOn: (made, token) => void this.scheduler.after(0, this.usersProcess, 'token', () => this.users.signers.take(made, token)), fault, trace });
    this.machines = Array.from({ length: this.mix.machines }, (_, i) => new Machine(`machine-${i}`));
    this.slots = Array.from({ length: this.mix.slots }, (_, i) => ({ name: `w${i}`, generation: 0, process: null, engine: null }));
    resetIds();
    this.giveHostBack = answerHost({
      current: this.turns.current,
      scheduler: this.scheduler,
      random: this.random,
      // What the database refuses, and code that cannot find out about a doubt, are told, as they should be.
      warned: (process, message) => message.includes(REFUSAL) || message.includes(CANNOT_LOOK) || violate(`${process.name} warns: ${message}`),
    });
    this.users = this.makeUsers();
  }

  /** Apps send to runs in transactions that last. */
  private drawLocks(random: Random, fault: (kind: string) => void): void {
    const likely = random.chance(0.3) ? random.next() * 0.7 : 0;
    this.database.tables.isLocked = () => {
      const isLocked = !this.calm && random.chance(likely);
      if (isLocked) fault('locked');
      return isLocked;
    };
  }

  private makeUsers(): Users {
    const process = new Process('users', new Machine('users'), 1, 'users', { now: () => this.scheduler.now, die: () => {}, violate: (what) => this.violate(what) });
    this.usersProcess = process;
    const store = new Store(this.network.connect(process));
    return new Users({
      engine: new Engine(store, this.mix.options),
      store,
      app: APP,
      outside: this.outside,
      watch: this.watch,
      random: this.random,
      haste: this.mix.haste,
      startElsewhere: (run) => this.scheduler.after(0, null, 'start', () => this.startThere(run)),
      violate: (what) => this.violate(what),
      trace: (text) => this.trace(process, text),
    });
  }

  private usersProcess!: Process;
  readonly giveHostBack: () => void;

  // ——— Events ———

  private deliver(owner: Process | null, run: () => void, what: string): void {
    this.fingerprint = Math.imul(this.fingerprint ^ Math.floor(this.scheduler.now * 1024) ^ what.length, 16_777_619);
    if (owner) this.turns.enter(owner, run);
    else run();
  }

  violate(what: string): void {
    this.violations.push(`${this.scheduler.now.toFixed(1)} ${what}`);
    this.trace(null, `VIOLATION ${what}`);
  }

  private trace(process: Process | null, text: string): void {
    if (this.tracing) this.lines.push(`${this.scheduler.now.toFixed(1).padStart(9)} ${(process?.name ?? '').padEnd(7)} ${text}`);
  }

  // ——— Processes ———

  private startProcess(slot: Slot): void {
    const { random } = this;
    const machine = random.pick(this.machines);
    let pid = 100;
    while (machine.processes.get(pid)?.alive) pid++;
    slot.generation++;
    const process = new Process(`${slot.name}.${slot.generation}`, machine, pid, `${this.scheduler.now.toFixed(3)}`, {
      now: () => this.scheduler.now,
      die: (dead) => this.die(slot, dead),
      violate: (what) => this.violate(what),
    });
    slot.process = process;
    this.trace(process, `starts on ${machine.name} as ${pid}`);
    this.turns.enter(process, () => {
      const engine = new Engine(new Store(this.network.connect(process)), this.mix.options);
      slot.engine = engine;
      engine.provide(APP as object, this.outside.implementations(process));
      if (this.mix.serving === 'all' || slot === this.slots[0]) engine.serve(QUEUE, this.outside.served(process) as never, { concurrency: 2 });
      programsOf(engine).set(published.artifact.hash, PROGRAM);
      this.work(process, engine);
    });
  }

  /** As an app does that insists. */
  private work(process: Process, engine: Engine): void {
    engine.work().catch((error: unknown) => {
      const { code } = error as { code?: string };
      if (code === 'engine_closed') return;
      if (!code?.startsWith('store_')) this.violate(`${process.name} cannot work: ${(error as Error).stack}`);
      this.scheduler.after(this.random.next() * 500, process, 'work again', () => this.work(process, engine));
    });
  }

  private startThere(run: PlannedRun): void {
    const { id, workflow } = run;
    const { process, engine } = this.random.pick(this.slots);
    if (!process?.alive || process.closed || !engine) return;
    this.scheduler.after(0, process, 'start', () => {
      this.trace(process, `starts ${id}`);
      engine.start(APP[workflow]!, startOf(run)).catch((error: unknown) => {
        const { code } = error as { code?: string };
        if (code !== 'engine_closed' && !code?.startsWith('store_')) this.violate(`${process.name} cannot start ${id}: ${(error as Error).stack}`);
      });
    });
  }

  private kill(slot: Slot): void {
    if (slot.process?.alive) this.die(slot, slot.process);
  }

  private die(slot: Slot, process: Process): void {
    this.trace(process, 'dies');
    process.alive = false;
    this.replace(slot, process);
  }

  private replace(slot: Slot, process: Process): void {
    if (slot.process !== process) return;
    slot.process = null;
    slot.engine = null;
    this.scheduler.after(this.random.next() * (this.calm ? 300 : 2000), null, 'restart', () => {
      if (slot.process === null) this.startProcess(slot);
    });
  }

  private closeEngine(slot: Slot, deadline: number, then: () => void): void {
    const { process, engine } = slot;
    if (!process?.alive || !engine) return;
    process.closing = true;
    this.scheduler.after(0, process, 'close', () => {
      this.trace(process, `closes within ${deadline} ms`);
      engine.close({ deadline }).then(
        () => this.scheduler.after(0, process, 'closed', () => this.closed(slot, process, then)),
        (error: unknown) => this.violate(`${process.name} cannot close: ${(error as Error).stack}`),
      );
    });
  }

  private closed(slot: Slot, process: Process, then: () => void): void {
    this.trace(process, 'is closed');
    if (this.scheduler.pending(process).includes('timer')) this.violate(`${process.name} is closed, and there are still timers`);
    // What is on its way may still come; from now on it asks for nothing more.
    process.closed = true;
    this.scheduler.after(1000, process, 'exit', () => (process.alive = false));
    then();
    this.replace(slot, process);
  }

  // ——— Chaos ———

  private beginChaos(): void {
    const { chaos, options } = this.mix;
    for (const slot of this.slots) {
      this.often(chaos.crash, 'crash', () => this.kill(slot));
      this.often(chaos.crashWithin, 'crashWithin', () => {
        if (slot.process) slot.process.contactsLeft = this.random.below(12);
      });
      this.often(chaos.close, 'close', () => this.closeEngine(slot, this.random.pick([0, 50, 500, 3000]), () => {}));
      this.often(chaos.pause, 'pause', () => {
        slot.process?.pause(this.random.next() * 3 * options.leaseMs);
      });
      this.often(chaos.pauseWithin, 'pauseWithin', () => {
        if (!slot.process) return;
        slot.process.contactsToPause = this.random.below(12);
        slot.process.pauseMs = this.random.next() * 3 * options.leaseMs;
      });
      this.often(chaos.cut, 'cut', () => {
        if (slot.process) slot.process.cutUntil = this.scheduler.now + this.random.next() * 2 * options.leaseMs;
      });
    }
    for (const machine of this.machines) {
      this.often(chaos.wallJump, 'wallJump', () => {
        machine.wallOffsetMs = (this.random.next() - 0.5) * this.random.pick([1000, 40_000, 20 * DAY_MS]);
      });
      this.often(chaos.reboot, 'reboot', () => {
        machine.boot++;
        for (const slot of this.slots) if (slot.process?.machine === machine) this.kill(slot);
      });
    }
    this.often(chaos.down, 'down', () => (this.network.downUntil = this.scheduler.now + this.random.next() * 2500));
    this.scheduler.after(this.mix.faultsMs, null, 'calm', () => this.becomeCalm());
  }

  private often(perSecond: number, kind: keyof ChaosRates, happen: () => void): void {
    if (perSecond === 0) return;
    const again = (): void => {
      const inMs = (-Math.log(1 - this.random.next()) * 1000) / perSecond;
      this.scheduler.after(inMs, null, kind, () => {
        if (this.calm) return;
        this.faults[kind] = (this.faults[kind] ?? 0) + 1;
        this.trace(null, kind);
        happen();
        again();
      });
    };
    again();
  }

  private becomeCalm(): void {
    this.trace(null, 'calm');
    this.calm = true;
    this.network.faults = NO_FAULTS;
    this.network.downUntil = 0;
    this.outside.calm();
    for (const { process } of this.slots) {
      if (!process) continue;
      process.cutUntil = 0;
      process.contactsLeft = process.contactsToPause = Number.POSITIVE_INFINITY;
    }
  }

  // ——— The whole ———

  run(): void {
    const { mix, scheduler, network, outside } = this;
    network.faults = mix.network;
    network.latencyMs = mix.latencyMs;
    outside.faults = mix.outside;
    for (const slot of this.slots) scheduler.after(this.random.next() * 100, null, 'start', () => this.startProcess(slot));
    this.beginChaos();
    this.turns.enter(this.usersProcess, () => this.users.begin(mix.runs, mix.faultsMs / 2));
    const deadline = mix.faultsMs + CALM_MS;
    this.until(() => this.hasEnded(), deadline);
    this.becomeCalm();
    if (this.hasEnded()) this.rest();
    else if (this.violations.length === 0) this.violate(`not all has ended: ${this.unended()}`);
    const planned = new Map(this.mix.runs.filter(({ fate }) => !fate).map((run) => [run.id, run.workflow === 'follow' ? 'completed' : 'failed'] as const));
    for (const ledger of this.watch.ledgers.values()) {
      if (ledger.ended) for (const wrong of judgeStored(ledger, planned.get(ledger.id) ?? null, this.database)) this.violate(wrong);
    }
    for (const evidence of this.evidence()) for (const wrong of judge(evidence)) this.violate(wrong);
  }

  private until(done: () => boolean, deadline: number): void {
    while (this.violations.length === 0 && this.scheduler.now < deadline && !done()) if (!this.scheduler.step()) break;
  }

  private hasEnded(): boolean {
    // What is terminated stays its worker's until that has heard of it, or was found dead.
    const isOver = ({ uid, ended }: Ledger): boolean => ended && this.database.tables.runs.byUid.get(uid)!.worker === null;
    return this.users.told.size === this.mix.runs.length && this.users.askers.open + this.users.signers.open === 0 && [...this.watch.ledgers.values()].every(isOver);
  }

  private unended(): string {
    const { runs, claims, inbox, workers } = this.database.tables;
    const open = [...runs.byUid.values()].filter(({ status }) => status === 'running' || status === 'parked');
    const described = open.map((run) => {
      const ledger = this.watch.ledgers.get(run.uid)!;
      const requests = [...ledger.requests].filter(([, request]) => request.open).map(([n, { document }]) => [n, document]);
      const { uid, id, status, worker, wakeAt, mail, reason } = run;
      const unseen = inbox.of(run.uid).from(ledger.consumed + 1);
      const hasWorker = worker !== null && workers.has(worker);
      return JSON.stringify({ uid, id, status, worker, hasWorker, wakeAt, mail, reason, requests, claims: claims.of(run.uid), unseen, outcome: run.outcome });
    });
    const told = this.mix.runs.filter(({ id }) => !this.users.told.has(id)).map(({ id }) => id);
    return `${described.join('; ')}; not told: ${told.join()}; ${this.users.askers.open} questions, ${this.users.signers.open} tokens are open`;
  }

  /** When all has ended, nothing may be left in memory; and closing comes to an end. */
  private rest(): void {
    const { scheduler } = this;
    this.users.done = true;
    const awake = Math.max(scheduler.now, ...this.slots.map(({ process }) => process?.pausedUntil ?? 0));
    this.until(() => false, awake + REST_MS);
    for (const { process, engine } of this.slots) {
      if (!process?.alive || process.closing || !engine) continue;
      const { held, calls, empty } = holdingsOf(engine);
      if (held + calls + empty > 0) this.violate(`${process.name} still holds ${held} runs, calls of ${calls}, and a memory of ${empty} with nothing in it`);
    }
    let open = 0;
    for (const slot of this.slots) {
      if (!slot.process?.alive || slot.process.closing) continue;
      open++;
      this.closeEngine(slot, 1000, () => open--);
    }
    this.until(() => open === 0, scheduler.now + 20_000);
    if (open > 0 && this.violations.length === 0) this.violate('an engine does not close');
  }

  private evidence() {
    const { watch, users, outside, mix } = this;
    const byId = new Map([...watch.ledgers.values()].map((ledger) => [ledger.id, ledger]));
    return mix.runs.flatMap((run) => {
      const [told, ledger] = [users.told.get(run.id), byId.get(run.id)];
      if (!told || !ledger || run.fate) return [];
      const acknowledged = ['letters', 'numbers'].flatMap((channel) => users.acknowledged.get(`${run.id} ${channel}`) ?? []);
      const heard = users.askers.heard.get(run.id) ?? new Map<string, string | null>();
      return [{ run, told, ledger, journal: outside.journal, acknowledged, heard, signed: users.signers.signed, isDecision: (text: string) => watch.isDecision(text) }];
    });
  }

  result(seed: number): SimulationResult {
    const cycles = [...this.watch.ledgers.values()].reduce((sum, { seq }) => sum + seq, 0);
    return {
      seed,
      violations: this.violations,
      steps: this.scheduler.steps,
      virtualMs: this.scheduler.now,
      runs: this.watch.ledgers.size,
      cycles,
      attempts: this.outside.journal.length,
      faults: this.faults,
      fingerprint: this.fingerprint >>> 0,
      trace: this.lines,
    };
  }
}

/** Values and rows as a trace shows them. */
function show(value: unknown): string {
  const part = (one: unknown): string => {
    if (Buffer.isBuffer(one)) return one.toString('hex', 0, 3);
    const text = typeof one === 'string' ? one : Array.isArray(one) ? `[${one.map(part).join(' ')}]` : JSON.stringify(one);
    return text.length > 150 ? `${text.slice(0, 150)}…` : text;
  };
  return Array.isArray(value) ? value.map(part).join(' ') : part(value);
}

/** Simulates one seed. Must not be called from within a promise's reaction: see `inTurn`. */
export function simulate(seed: number, { trace = false, plant }: SimulationOptions = {}): SimulationResult {
  const simulation = new Simulation(seed, trace);
  const uproot = plant?.(simulation);
  const rejected = (error: unknown): void => simulation.violate(`unhandled rejection: ${(error as Error)?.stack ?? String(error)}`);
  try {
    listeningTo(rejected, () => simulation.run());
  } finally {
    uproot?.();
    simulation.giveHostBack();
  }
  return simulation.result(seed);
}
