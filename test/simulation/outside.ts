/**
 * The other side of the effects: what the engine calls, and a journal of what has happened there. It outlives every
 * process, and asks the engine nothing.
 */
import { effectContext, type Token } from '../../runtime/client.ts';
import type { TransactionClient } from '../../runtime/store/transaction.ts';
import type { Random } from '../support/random.ts';
import { ALL_EFFECTS, CHECKED, LANES, POLICIES, SIGNED, TRANSACTIONS } from './effects.ts';
import type { EffectName } from './load.wf.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

export interface Attempt {
  /** Run uid and request number. */
  key: string;
  attempt: number;
  effect: EffectName;
  run: string;
  step: number;
  process: Process;
  /** It has had its effect. */
  happened: boolean;
  /** It has had its effect, or never will. */
  decided: boolean;
  /** What it told the engine: a value, or the message of an error. Null: nothing yet, or never. */
  outcome: string | null;
  failed: boolean;
  /** It was told to stop, and does not answer any more. */
  silent: boolean;
}

export interface OutsideFaults {
  /** It throws without having done anything; after having done it. */
  refuses: number;
  breaks: number;
  /** It never ends by itself. */
  hangs: number;
  /** It takes long. */
  slow: number;
}

export const QUIET_OUTSIDE: OutsideFaults = { refuses: 0, breaks: 0, hangs: 0, slow: 0 };

export interface OutsideWatch {
  invoked(attempt: Attempt): void;
  /** A transaction that it is part of is committed. */
  booked(attempt: Attempt): void;
  /** The app's code decides about a doubt with this text. */
  decided(key: string, text: string): void;
  /** Somebody has the token of an attempt. */
  handedOn(attempt: Attempt, token: Token): void;
  trace(process: Process | null, text: string): void;
  fault(kind: string): void;
}

/** How often it tells that it goes on. */
const BEAT_MS = 80;

/** What the app's code throws that cannot find out about a doubt. */
export const CANNOT_LOOK = 'It cannot look';

/** An error as of another process: without our frames. */
function stackless(message: string): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}`;
  return error;
}

export class Outside {
  faults: OutsideFaults = QUIET_OUTSIDE;
  readonly journal: Attempt[] = [];
  private readonly hanging = new Set<() => void>();
  private readonly scheduler: Scheduler;
  private readonly random: Random;
  private readonly watch: OutsideWatch;
  private serial = 0;

  constructor(scheduler: Scheduler, random: Random, watch: OutsideWatch) {
    this.scheduler = scheduler;
    this.random = random;
    this.watch = watch;
  }

  /** The implementations that a process provides. */
  implementations(process: Process): Record<EffectName, object> {
    const given = (effect: EffectName): object => (LANES[effect]?.queue === undefined ? { ...this.made(process, effect), ...LANES[effect] } : LANES[effect]);
    return Object.fromEntries(ALL_EFFECTS.map((effect) => [effect, given(effect)])) as Record<EffectName, object>;
  }

  /** The implementations of a process that serves the queue. */
  served(process: Process): Record<string, object> {
    return Object.fromEntries(ALL_EFFECTS.filter((effect) => LANES[effect]?.queue !== undefined).map((effect) => [effect, this.made(process, effect)]));
  }

  private made(process: Process, effect: EffectName): object {
    if (TRANSACTIONS.includes(effect)) return { transaction: (client: TransactionClient, id: string, step: number) => this.book(process, effect, client, id, step) };
    if (CHECKED.includes(effect)) {
      const onInDoubt = ({ idempotencyKey }: { idempotencyKey: string }): object | undefined => this.lookUp(process, idempotencyKey);
      return { run: (id: string, step: number) => this.attempt(process, effect, id, step), ...POLICIES[effect], onInDoubt };
    }
    if (SIGNED.includes(effect)) return { run: (id: string, step: number) => this.handOn(process, effect, id, step), ...POLICIES[effect] };
    return { run: (id: string, step: number) => this.attempt(process, effect, id, step), ...POLICIES[effect] };
  }

  /** Happens when the transaction is committed that it is part of. */
  private async book(process: Process, effect: EffectName, client: TransactionClient, run: string, step: number): Promise<string> {
    if (!process.contact(effect)) return new Promise(() => {});
    const made = this.begun(process, effect, run, step);
    const name = `${effect} ${step} #${++this.serial}`;
    await this.takeTime(process, name);
    if (this.random.chance(this.faults.refuses)) {
      Object.assign(made, { decided: true, failed: true, outcome: `${name} was refused` });
      throw stackless(made.outcome!);
    }
    await client.query(name, [
      () => {
        made.happened = made.decided = true;
        this.watch.booked(made);
      },
    ]);
    made.outcome = name;
    return name;
  }

  private begun(process: Process, effect: EffectName, run: string, step: number): Attempt {
    const { idempotencyKey: key, attempt } = effectContext();
    const made: Attempt = { key, attempt, effect, run, step, process, happened: false, decided: false, outcome: null, failed: false, silent: false };
    this.journal.push(made);
    this.watch.trace(process, `${effect} ${step} of ${run}, ${key}, attempt ${attempt}`);
    this.watch.invoked(made);
    return made;
  }

  private takeTime(process: Process, name: string): Promise<void> {
    const ms = this.random.chance(this.faults.slow) ? this.random.next() * 1500 : this.random.next() * 20;
    return new Promise((resolve) => this.scheduler.after(ms, process, name, resolve));
  }

  /** What has become of a call; undefined: that is not known. */
  private lookUp(process: Process, key: string): object | undefined {
    const { random, watch } = this;
    if (random.chance(0.15)) throw stackless(CANNOT_LOOK);
    const made = this.journal.filter((one) => one.key === key);
    if (made.some(({ decided }) => !decided)) return undefined;
    const happened = made.some((one) => one.happened);
    const text = `looked up #${++this.serial}`;
    watch.trace(process, `${key} is looked up: ${happened ? 'it has happened' : 'it has not'}`);
    if (!happened && random.chance(0.8)) return { retry: true };
    watch.decided(key, text);
    return happened ? { result: text } : { error: stackless(text) };
  }

  /** Tells that it goes on, until it has an outcome, or falls silent. */
  private beat(made: Attempt, heartbeat: () => void): void {
    this.scheduler.after(BEAT_MS, made.process, 'beat', () => {
      if (made.outcome !== null || made.silent || this.random.chance(0.1)) return;
      heartbeat();
      this.beat(made, heartbeat);
    });
  }

  /** Nothing but its token makes it happen; whoever dies before it is stored has done nothing, and never will. */
  private async handOn(process: Process, effect: EffectName, run: string, step: number): Promise<string> {
    const { random, watch, faults } = this;
    const { later } = effectContext();
    if (!process.contact(effect)) return new Promise(() => {});
    const made = Object.assign(this.begun(process, effect, run, step), { decided: true });
    const name = `${effect} ${step} #${++this.serial}`;
    const failing = (why: string): Error => {
      Object.assign(made, { failed: true, outcome: `${name} ${why}` });
      return stackless(made.outcome!);
    };
    await this.takeTime(process, name);
    if (random.chance(faults.refuses)) throw failing('was refused');
    const token = await later({ expires: random.pick([60, 400, 1500, 6000]) }).catch((error: Error) => {
      watch.trace(process, `${name} has no token: ${error.message}`);
      throw failing('has no token');
    });
    if (random.chance(0.9)) watch.handedOn(made, token);
    await this.takeTime(process, name);
    if (random.chance(0.2 + faults.breaks)) throw failing('broke'); // which takes the token back
    return token;
  }

  /** Nothing hangs any more. */
  calm(): void {
    this.faults = QUIET_OUTSIDE;
    for (const end of this.hanging) end();
    this.hanging.clear();
  }

  private attempt(process: Process, effect: EffectName, run: string, step: number): Promise<string> {
    const { signal, heartbeat } = effectContext();
    if (!process.contact(effect)) return new Promise(() => {});
    const made = this.begun(process, effect, run, step);
    if (effect === 'long') this.beat(made, heartbeat);
    return new Promise((resolve, reject) => this.live(made, signal, resolve, reject));
  }

  private live(made: Attempt, signal: AbortSignal, resolve: (value: string) => void, reject: (error: unknown) => void): void {
    const { random, faults, scheduler, watch } = this;
    const { process, effect, step } = made;
    const name = `${effect} ${step} #${++this.serial}`;
    const tell = (failed: boolean, outcome: string): void => {
      if (made.silent) return;
      watch.trace(process, failed ? `${name} throws` : `${name} is done`);
      Object.assign(made, { failed, outcome });
      if (failed) reject(stackless(outcome));
      else resolve(outcome);
    };
    /** It happens, or does not; its process is told after a while. */
    const decide = (answerMs: number): void => {
      made.decided = true;
      const fate = random.next();
      made.happened = fate >= faults.refuses;
      const [failed, outcome] = !made.happened ? [true, `${name} was refused`] : fate < faults.refuses + faults.breaks ? [true, `${name} broke`] : [false, name];
      if (answerMs === 0) tell(failed, outcome);
      else scheduler.after(answerMs, process, name, () => tell(failed, outcome));
    };
    // The request may be on its way when the process dies: then it happens, and nobody is told.
    const diesToo = random.chance(0.5);
    const arrive = (answerMs: number): void => {
      if (process.alive || !diesToo) decide(answerMs);
      else made.decided = true;
    };
    if (random.chance(0.02)) {
      decide(0);
    } else if (random.chance(faults.hangs)) {
      watch.fault('hang');
      this.hanging.add(() => arrive(random.next() * 50));
    } else {
      const takes = random.chance(faults.slow) ? random.next() * 1500 : 1 + random.next() * 40;
      const there = random.next() * takes;
      scheduler.after(there, null, name, () => arrive(takes - there));
    }
    const obeys = random.chance(0.6);
    signal.addEventListener('abort', () => {
      if (!obeys || made.silent || made.outcome !== null) return;
      made.silent = true;
      watch.trace(process, `${name} stops`);
      reject(signal.reason);
    });
  }
}
