/**
 * What apps and people do: start runs, send messages, wait for results, decide about doubts, let parked runs go on.
 * They live in a process of their own, whose statements suffer like all others; a call that fails is made again.
 */
import type { Engine } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import type { StoredRun } from '../../runtime/store/runs.ts';
import type { Store } from '../../runtime/store/store.ts';
import type { Random } from '../support/random.ts';
import { Askers } from './askers.ts';
import type { Outside } from './outside.ts';
import { codeOf, PARKED_FOR, People } from './people.ts';
import { startOf, type PlannedRun } from './plan.ts';
import { Signers } from './signers.ts';
import type { Watch } from './watch.ts';
import { lastEntry } from '../support/log.ts';

export interface Told {
  failed: boolean;
  value: unknown;
}

/** A message that is there; without a nonce, one of this number, from whichever attempt to send it. */
export interface Confirmed {
  channel: string;
  number: number;
  nonce: string | null;
}

export interface UsersWorld {
  engine: Engine;
  store: Store;
  app: Record<string, (...args: unknown[]) => Promise<unknown>>;
  outside: Outside;
  watch: Watch;
  random: Random;
  haste: number;
  /** Lets an app that works start a run: it may hold it from the start. */
  startElsewhere(run: PlannedRun): void;
  violate(what: string): void;
  trace(text: string): void;
}

/** What was to be changed is so no longer. */
const LATE = new Set(['not_parked', 'not_in_doubt', 'run_ended', 'not_failed']);

export class Users extends People {
  /** What `result` told, by the run's id. */
  readonly told = new Map<string, Told>();
  /** Runs whose start has been confirmed. */
  readonly started = new Set<string>();
  /** Messages whose sending has been confirmed, by run and channel. */
  readonly acknowledged = new Map<string, Confirmed[]>();
  /** They do nothing any more. */
  done = false;
  readonly askers: Askers;
  readonly signers: Signers;
  private readonly world: UsersWorld;
  private serial = 0;

  constructor(world: UsersWorld) {
    super(world.random, world.violate);
    this.world = world;
    this.askers = new Askers(world.engine, world.random, world.violate);
    this.signers = new Signers(world.engine, world.watch, world.random, world.violate, world.trace);
  }

  begin(runs: PlannedRun[], withinMs: number): void {
    for (const run of runs) {
      this.go(async () => {
        await this.pause(withinMs);
        await this.start(run);
        this.go(() => this.wait(run));
        this.go(() => this.send(run, 'letters', run.letters));
        this.go(() => this.send(run, 'numbers', run.numbers));
        this.askers.ask(run);
        if (run.fate === 'cancel' || run.fate === 'terminate') this.go(() => this.end(run, withinMs));
      });
    }
    this.go(() => this.attend());
  }

  private async start(run: PlannedRun): Promise<void> {
    const { id, workflow } = run;
    const { engine, app, random, startElsewhere, trace } = this.world;
    if (random.chance(0.8)) {
      startElsewhere(run);
      await this.pause(random.pick([60, 1500]));
    }
    await this.insist<unknown>(() => (run.opened ? this.startWithLetter(run) : engine.start(app[workflow]!, startOf(run))));
    this.started.add(id);
    trace(`${id} is started`);
  }

  /** Starts a run with its first letter, or sends it to the run that is there. */
  private async startWithLetter(run: PlannedRun): Promise<void> {
    const { engine, app } = this.world;
    const letter = { nonce: `letters 0 (${++this.serial})`, number: 0 };
    try {
      await engine.sendWithStart(app[run.workflow]!, startOf(run), 'letters', letter, { key: '0' });
    } catch (error) {
      if (codeOf(error) === 'run_ended') return;
      throw error;
    }
    this.acknowledged.set(`${run.id} letters`, [{ channel: 'letters', number: 0, nonce: null }]);
  }

  private async wait({ id, fate }: PlannedRun): Promise<void> {
    const { engine, trace, violate } = this.world;
    let retries = fate?.startsWith('retry') ? 1 : 0;
    while (!this.done) {
      const handle = await this.insist(() => engine.run(id));
      const told: Told | null = await this.insist(async () => {
        try {
          return { failed: false, value: await handle.result() };
        } catch (error) {
          if (error instanceof StoreError) throw error;
          if (PARKED_FOR.has(codeOf(error))) return null;
          return { failed: true, value: error };
        }
      });
      if (told?.failed && retries > 0) {
        retries--;
        await this.pause(1000);
        await this.retry(id, fate === 'retry from any');
      } else if (told) {
        trace(`${id} has ended`);
        if (this.told.has(id)) violate(`${id} tells its result twice`);
        this.told.set(id, told);
        return;
      }
      await this.pause(500);
    }
  }

  /** Sends a message after the other, each until the store has confirmed it. */
  private async send({ id, keyed }: PlannedRun, channel: string, count: number): Promise<void> {
    const { engine, random } = this.world;
    const acknowledged = this.acknowledged.get(`${id} ${channel}`) ?? [];
    this.acknowledged.set(`${id} ${channel}`, acknowledged);
    for (let number = 0; number < count; number++) {
      await this.pause(random.pick([1, 100, 1000]));
      const ended = await this.insist(async () => {
        const nonce = `${channel} ${number} (${++this.serial})`;
        try {
          const handle = await engine.run(id);
          const isNew = await handle.send(channel, { nonce, number }, keyed ? { key: String(number) } : {});
          acknowledged.push({ channel, number, nonce: isNew ? nonce : null });
          return false;
        } catch (error) {
          if (codeOf(error) === 'run_ended') return true;
          throw error;
        }
      });
      if (ended) return;
    }
  }

  // ——— People ———

  private async end({ id, fate }: PlannedRun, withinMs: number): Promise<void> {
    const { engine, trace } = this.world;
    await this.pause(withinMs);
    trace(`${id}: ${fate}`);
    await this.insist(() => this.unlessLate(() => (fate === 'cancel' ? engine.cancel(id) : engine.terminate(id)), false));
  }

  private async retry(id: string, fromAny: boolean): Promise<void> {
    const { engine, store, random, trace } = this.world;
    await this.insist(async () => {
      const { seq } = await lastEntry(store, (await engine.run(id)).uid);
      const from = fromAny ? { from: random.below(seq) } : {};
      trace(`${id}: retry ${JSON.stringify(from)}`);
      await this.unlessLate(async () => {
        // What ends after the workflow has cycles, too, and it goes back to none of these.
        const went = await engine.retry(id, from).catch((error: unknown) => (codeOf(error) === 'no_such_cycle' ? null : Promise.reject(error as Error)));
        if (went === null) await engine.retry(id);
      }, false);
    });
  }

  private async attend(): Promise<void> {
    const { store, engine, violate } = this.world;
    while (!this.done) {
      await this.pause(900);
      for (const run of await this.insist(() => store.runs.list({ limit: 100 }))) {
        if (run.status === 'parked') {
          const code = /"code":"?(\w+)/.exec(run.reason ?? '')?.[1] ?? '';
          if (!PARKED_FOR.has(code)) violate(`${run.id} is parked: ${run.reason}`);
          await this.unlessLate(() => engine.resume(run.id));
        } else if (run.inDoubt) {
          await this.unlessLate(() => this.decide(run));
        }
      }
    }
  }

  /** Others may have been faster, or this before, unheard; and the store may not answer: next time. */
  private async unlessLate(body: () => Promise<void>, orUnanswered = true): Promise<void> {
    try {
      await body();
    } catch (error) {
      if ((error instanceof StoreError && orUnanswered) || LATE.has(codeOf(error))) return;
      throw error;
    }
  }

  /** Looks at the other side and says what has become of the effects in doubt; or says so without looking. */
  private async decide(run: StoredRun): Promise<void> {
    const { store, engine, outside, watch, random, haste, trace } = this.world;
    for (const request of (await inspectRun(store, run)).requests) {
      if (!request.inDoubt) continue;
      const made = outside.journal.filter(({ key }) => key === `${run.uid}:${request.number}`);
      if (made.some(({ decided }) => !decided) && !random.chance(haste)) continue;
      const happened = made.some((attempt) => attempt.happened);
      const retry = happened ? random.chance(0.05) : random.chance(0.8);
      trace(`${run.id}: request ${request.number} is decided: ${retry ? 'retry' : happened ? 'it has happened' : 'it has not'}`);
      const text = `by hand #${++this.serial}`;
      if (!retry) watch.decided(run.uid, request.number, text);
      await engine.resolve(run.id, request.number, retry ? { retry: true } : happened ? { result: text } : { error: new Error(text) });
    }
  }
}
