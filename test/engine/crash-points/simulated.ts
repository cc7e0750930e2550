/**
 * A scenario in a simulated world: virtual time, a database in memory, processes that die; what happens is watched by the oracle
 * of the simulation. A successor runs on the same machine and sees that the process is gone, or on another one and has to wait.
 */
import { Engine } from '../../../runtime/client.ts';
import { Program } from '../../../runtime/engine/program.ts';
import { MemoryDatabase } from '../../../runtime/store/memory/database.ts';
import { Store } from '../../../runtime/store/store.ts';
import type { TransactionClient } from '../../../runtime/store/transaction.ts';
import { KillableSql, type FaultyCall } from '../../support/killable.ts';
import { Random } from '../../support/random.ts';
import { Network } from '../../simulation/network.ts';
import type { Attempt as WatchedAttempt } from '../../simulation/outside.ts';
import { answerHost, BEGINNING, Machine, Process, resetIds } from '../../simulation/process.ts';
import { Scheduler } from '../../simulation/scheduler.ts';
import { programsOf } from '../../simulation/engines.ts';
import { listeningTo, Turns } from '../../simulation/turns.ts';
import { Watch } from '../../simulation/watch.ts';
import { judgeStore } from '../../support/judge-store.ts';
import { Outside, POLICIES, type Maker } from './outside.ts';
import { judgeScenario, type Scenario } from './scenarios.ts';
import { APP, missedOf, OPTIONS, PUBLISHED, SLOW_OPTIONS, Stage, toldOf, type Played, type Point } from './stage.ts';

const PROGRAM = Program.of(PUBLISHED.artifact);
/** How long everything may take, in virtual time. */
const LIMIT_MS = 60_000;
const RESTART_MS = 20;

/** Must not be called from within a promise's reaction: see `inTurn`. */
export function playSimulated(scenario: Scenario, point: Point, tracing = false): Played {
  return new Simulated(scenario, point, tracing).play();
}

class Simulated {
  private readonly scenario: Scenario;
  private readonly point: Point;
  private readonly faults: (FaultyCall | null)[];
  private readonly connections: KillableSql[] = [];
  private readonly wrong: string[] = [];
  private readonly lines: string[] = [];
  private readonly tracing: boolean;
  private readonly random = new Random(1);
  private readonly turns = new Turns((process, error) => this.say(`${process.name} throws ${error.stack}`));
  private readonly scheduler = new Scheduler((owner, run) => (owner ? this.turns.enter(owner as Process, run) : run()));
  private readonly database = new MemoryDatabase(() => BEGINNING + this.scheduler.now);
  private readonly watch = new Watch(this.database, POLICIES, (what) => this.say(what));
  private readonly network: Network;
  private readonly outside = new Outside();
  private readonly machines = [new Machine('a'), new Machine('b')];
  private readonly people: KillableSql;
  private readonly peoplesProcess: Process;
  private worker!: { process: Process; engine: Engine; sql: KillableSql };
  private lives = 0;
  private calls = { worker: 0, successor: 0, people: 0 };

  constructor(scenario: Scenario, point: Point, tracing: boolean) {
    this.scenario = scenario;
    this.point = point;
    this.tracing = tracing;
    this.faults = [point.worker ?? null, point.successor ?? null];
    const { watch } = this;
    this.network = new Network(this.scheduler, this.database, this.random, {
      sent: (...seen) => watch.sent(...seen),
      executing: (process, statement) => watch.executing(process, statement),
      executed: (process, statement, values, rows) => {
        if (this.tracing) this.trace(process, `${statement.name} ${JSON.stringify(values).slice(0, 300)} ⇒ ${JSON.stringify(rows).slice(0, 200)}`);
        watch.executed(statement, values, rows);
      },
      fault: () => {},
      trace: (process, text) => this.trace(process, text),
    });
    this.peoplesProcess = this.process('people', new Machine('people'));
    this.people = new KillableSql(this.network.connect(this.peoplesProcess), point.people ?? null, () => {});
  }

  private say(what: string): void {
    this.wrong.push(what);
    this.trace(null, `WRONG ${what}`);
  }

  private trace(process: Process | null, text: string): void {
    if (this.tracing) this.lines.push(`${this.scheduler.now.toFixed(1).padStart(8)} ${(process?.name ?? '').padEnd(7)} ${text}`);
  }

  private process(name: string, machine: Machine): Process {
    const world = { now: () => this.scheduler.now, die: () => {}, violate: (what: string) => this.say(what) };
    return new Process(name, machine, 100 + machine.processes.size, `${this.scheduler.now}`, world);
  }

  private startWorker(): void {
    const { lives } = this;
    // Two lives on one machine, then one on another.
    const process = this.process(`app.${++this.lives}`, this.machines[lives % 3 === 2 ? 1 : 0]!);
    const sql = new KillableSql(this.network.connect(process), this.faults[lives] ?? null, () => {
      this.trace(process, 'dies');
      process.alive = false;
      this.scheduler.after(RESTART_MS, null, 'restart', () => this.startWorker());
    }, this.outside.stored);
    this.connections.push(sql);
    this.turns.enter(process, () => {
      const engine = new Engine(new Store(sql), this.scenario.isSlow ? SLOW_OPTIONS : OPTIONS);
      this.worker = { process, engine, sql };
      engine.provide(APP as object, this.outside.implementations(this.maker(process)));
      programsOf(engine).set(PUBLISHED.artifact.hash, PROGRAM);
      this.work(process, engine);
    });
  }

  /** As an app does that insists. */
  private work(process: Process, engine: Engine): void {
    engine.work().catch((error: { code?: string }) => {
      if (error.code === 'engine_closed') return;
      if (!error.code?.startsWith('store_')) this.say(`the app cannot work: ${(error as Error).stack}`);
      this.scheduler.after(5, process, 'work again', () => this.work(process, engine));
    });
  }

  private maker(process: Process): Maker {
    return {
      isAlive: () => process.alive,
      begun: (attempt) => {
        this.trace(process, `${attempt.effect} ${attempt.label}, attempt ${attempt.attempt}`);
        // The oracle looks again later, at what has become of it.
        const watched = Object.assign(attempt, { run: attempt.key, step: 0, process, silent: false });
        this.watch.invoked(watched as unknown as WatchedAttempt);
      },
      book: async (client: TransactionClient, { label }, done) => {
        await client.query(`book ${label}`, [done]);
      },
    };
  }

  /** Another takes its place, as soon as it is closed. */
  private closeWorker(): Promise<void> {
    const { process, engine } = this.worker;
    return new Promise((resolve) => {
      const closed = (): void => void this.scheduler.after(0, this.peoplesProcess, 'closed', resolve);
      this.scheduler.after(0, process, 'close', () => {
        engine.close({ deadline: 1000 }).then(
          () => {
            this.scheduler.after(0, null, 'start', () => {
              process.alive = false;
              this.startWorker();
            });
            closed();
          },
          (error: unknown) => this.say(`the app cannot close: ${(error as Error).stack}`),
        );
      });
      // One that dies in the middle of it never is.
      this.scheduler.after(3000, this.peoplesProcess, 'closed', resolve);
    });
  }

  play(): Played {
    resetIds();
    const giveHostBack = answerHost({
      current: this.turns.current,
      scheduler: this.scheduler,
      random: this.random,
      warned: (process, message) => this.say(`${process.name} warns: ${message}`),
    });
    try {
      listeningTo((error) => this.say(`unhandled rejection: ${(error as Error)?.stack}`), () => this.run());
    } finally {
      giveHostBack();
    }
    const [worker, successor] = this.connections;
    return {
      calls: { ...this.calls, successor: successor?.calls.length ?? 0 },
      missed: missedOf(this.point, { worker, successor, people: this.people }),
      told: toldOf(this.outside),
      wrong: this.wrong,
      trace: this.lines,
    };
  }

  private run(): void {
    const store = new Store(this.people);
    const stage = new Stage({
      engine: new Engine(store, OPTIONS),
      store,
      outside: this.outside,
      prefix: '',
      closeWorker: () => this.closeWorker(),
      decided: (uid, request, text) => this.watch.decided(uid, request, text),
    });
    this.startWorker();
    const first = this.worker;
    this.perform(async () => {
      void stage.attend();
      const seen = await this.scenario.play(stage);
      this.calls = { ...this.calls, worker: first.sql.calls.length, people: this.people.calls.length };
      const judges = new Store(this.network.connect(this.peoplesProcess));
      await stage.untilAllRests(judges);
      stage.end();
      this.wrong.push(...judgeScenario(this.scenario, seen, this.outside));
      this.wrong.push(...(await judgeStore(judges, await stage.runs(judges))));
    });
  }

  /** People do something; everything happens until they have done it. */
  private perform(body: () => Promise<void>): void {
    let isDone = false;
    this.turns.enter(this.peoplesProcess, () => {
      body().then(
        () => (isDone = true),
        (error: unknown) => {
          isDone = true;
          this.say(`people met ${(error as Error)?.stack ?? String(error)}`);
        },
      );
    });
    while (!isDone && this.scheduler.now < LIMIT_MS) if (!this.scheduler.step()) break;
    if (!isDone) this.say(`it does not end: ${JSON.stringify([...this.database.tables.runs.byUid.values()].map(({ id, status, worker, wakeAt }) => ({ id, status, worker, wakeAt })))}`);
  }
}
