/**
 * Simulated machines and the processes on them: what each sees of its host.
 */
import type { Timer, Turn } from '../../runtime/host.ts';
import { host } from '../../runtime/host.ts';
import type { Random } from '../support/random.ts';
import type { Owner, Scheduler } from './scheduler.ts';

/** When the simulation begins, by every clock that is right. */
export const BEGINNING = 1_700_000_000_000;

export class Machine {
  readonly name: string;
  readonly processes = new Map<number, Process>();
  boot = 0;
  /** How wrong its wall clock is. */
  wallOffsetMs = 0;

  constructor(name: string) {
    this.name = name;
  }
}

export interface ProcessWorld {
  now(): number;
  die(process: Process): void;
  violate(what: string): void;
}

/** What an app asks for itself when it starts a run: that may take longer than the engine lives. */
const APPS_OWN = new Set(['perdure_start_run', 'perdure_find_run', 'perdure_store_artifact', 'announce']);

export class Process implements Owner {
  readonly name: string;
  readonly machine: Machine;
  readonly pid: number;
  /** When it started, as the system tells it. */
  readonly started: string;
  alive = true;
  pausedUntil = 0;
  /** Until when nothing comes through between it and the database. */
  cutUntil = 0;
  /** After so many more contacts with the outside it dies: before the next. */
  contactsLeft = Number.POSITIVE_INFINITY;
  /** After so many it pauses, and how long. */
  contactsToPause = Number.POSITIVE_INFINITY;
  pauseMs = 0;
  /** The names its workers have registered under. */
  readonly workers = new Set<string>();
  /** Its engine is being closed. */
  closing = false;
  /** Its engine has been closed: what was under way then may ask for one thing more when it is answered, which the closed store refuses. */
  closed = false;
  private readonly askedLate = new Set<string>();
  private readonly now: () => number;
  private readonly die: (process: Process) => void;
  private readonly violate: (what: string) => void;

  constructor(
    name: string,
    machine: Machine,
    pid: number,
    started: string,
    { now, die, violate }: ProcessWorld,
  ) {
    this.name = name;
    this.machine = machine;
    this.pid = pid;
    this.started = started;
    this.now = now;
    this.die = die;
    this.violate = violate;
    machine.processes.set(pid, this);
  }

  pause(ms: number): void {
    this.contactsToPause = Number.POSITIVE_INFINITY;
    this.pausedUntil = Math.max(this.pausedUntil, this.now() + ms);
  }

  /** It turns to the outside. False: it has just died, and has not. */
  contact(what: string): boolean {
    if (this.closed && !APPS_OWN.has(what)) {
      if (this.askedLate.has(what)) this.violate(`${this.name} is closed, and goes on asking for ${what}`);
      this.askedLate.add(what);
    }
    if (this.alive && this.contactsLeft-- <= 0) this.die(this);
    if (this.contactsToPause-- <= 0) this.pause(this.pauseMs);
    return this.alive;
  }
}

/** What processes ask of their hosts is answered for the one that runs. */
export interface HostAnswers {
  current(): Process;
  scheduler: Scheduler;
  random: Random;
  warned(process: Process, message: string): void;
}

let ids = 0;

/** Ids are counted: no two are the same, and every seed begins anew. */
export const resetIds = (): void => void (ids = 0);

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

/** Returns how to give the host back. */
export function answerHost({ current, scheduler, random, warned }: HostAnswers): () => void {
  const own = { ...host };
  const uuid = (): string => `${hex(++ids, 8)}-0000-4000-8000-${hex(random.below(2 ** 31), 12)}`;
  Object.assign(host, {
    now: () => BEGINNING + Math.floor(scheduler.now + current().machine.wallOffsetMs),
    monotonic: () => scheduler.now + current().pid * 1000,
    seed: () => Buffer.from(Array.from({ length: 16 }, () => random.below(256))),
    uuid,
    orderedUuid: uuid,
    random: () => random.next(),
    // As Node's: a moment late, or early by less than a millisecond.
    after: (ms: number, callback: () => void): Timer =>
      scheduler.after(Math.max(1, ms) + random.next() * (random.chance(0.1) ? 20 : 2) - 0.9, current(), 'timer', callback),
    soon: (callback: () => void) => void scheduler.after(0, current(), 'soon', callback),
    afterThis: (callback: () => void) => queueMicrotask(callback),
    raise: (error: unknown) => void Promise.reject(error),
    within(_limitMs: number, body: () => void): boolean {
      body();
      return true;
    },
    soonWithin(_limitMs: number, turn: Turn): void {
      const take = (): void => {
        turn.prepare();
        turn.body();
        turn.over('in time');
      };
      scheduler.after(0, current(), 'soon', take);
    },
    // No cycle of these workflows ends a process, so every trial is survived.
    tellBegun: () => Promise.resolve(),
    runApart: () =>
      new Promise((resolve) => {
        scheduler.after(50 + random.next() * 300, current(), 'trial', () => resolve({ status: 'ended', said: '' }));
      }),
    input: () => new Promise(() => {}),
    print: () => {},
    warn: (message: string) => warned(current(), message),
    pid: () => current().pid,
    isRunning: (pid: number) => current().machine.processes.get(pid)?.alive ?? false,
    processStart(pid: number): string | null {
      const found = current().machine.processes.get(pid);
      return found?.alive ? found.started : null;
    },
    hostname: () => current().machine.name,
    bootId: () => `boot-${current().machine.boot}`,
  } satisfies typeof host);
  return () => void Object.assign(host, own);
}
