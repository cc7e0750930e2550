/**
 * Evaluates cycles: all that are ready in one turn of the event loop under one limit of time. Where many are ready and the database has
 * nothing to do, the first half of them is committed while the second is evaluated: and from then on the halves take turns.
 * (Measured on two processors: 1.15 times the steps per second at 50 runs in flight, 1.25 times at 500; in halves of 10, nothing.)
 *
 * When the limit stops a turn, the cycle that was under way is not yet guilty: others may have taken the time. It is
 * `CutShort`, its run is restored from the store, and the next cycle of that run has a turn of its own. What is stopped
 * in a turn of its own has done it alone: that is a fault. (But if nobody has seen where it was, it has another, so that it can be told.)
 * The cycles behind it have their turn next.
 */
import type { Checkpoint } from '../engine/cycle.ts';
import { noteStack, withStacks } from '../engine/stacks.ts';
import { soonWithinTime } from '../engine/time-limit.ts';
import { Fault } from '../errors.ts';
import { host, type TurnEnd } from '../host.ts';

/** A cycle was stopped: the run in memory is unusable. */
export class Stopped extends Fault {
  constructor(limitMs: number, stack: readonly NodeJS.CallSite[]) {
    super('cycle_time', `The cycle was stopped after ${limitMs} ms. A loop without end? What takes long belongs into an effect.`);
    noteStack(this, stack);
  }
}

/** … but it did not have its turn alone, and so is innocent so far, or nobody has seen where it was. */
export class CutShort extends Stopped {}

/** A cycle that waits to be evaluated. */
export interface Job {
  /** Of its run. */
  readonly uid: string;
  /** Called under the limit of time, which may stop it anywhere. */
  evaluate(): Checkpoint;
  evaluated(checkpoint: Checkpoint): void;
  /** Told what `evaluate` has thrown, a Fault `cycle_time`, or CutShort. */
  failed(error: unknown): void;
}

/** What a job has thrown. */
class Thrown {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

const HALVES_FROM = 32;

export class Evaluator {
  private readonly limitMs: number;
  private readonly isDatabaseIdle: () => boolean;
  private jobs: Job[] = [];
  /** Runs whose cycle was stopped among others, by uid. */
  private readonly suspects = new Set<string>();

  constructor(limitMs: number, isDatabaseIdle: () => boolean) {
    this.limitMs = limitMs;
    this.isDatabaseIdle = isDatabaseIdle;
  }

  /** Evaluates it in the next turn of the event loop. */
  add(job: Job): void {
    this.jobs.push(job);
    if (this.jobs.length === 1) this.share(() => this.next());
  }

  /** The jobs that are ready now; of which those of suspects have turns of their own after that, and those of a second half theirs. */
  private next(): Job[] {
    const { jobs, suspects } = this;
    this.jobs = [];
    const together = suspects.size === 0 ? jobs : jobs.filter(({ uid }) => !suspects.has(uid));
    if (together.length >= HALVES_FROM && this.isDatabaseIdle()) {
      const second = together.splice(together.length >> 1);
      this.share(() => second); // the commit of the first half is sent before that
    }
    for (const job of jobs) if (suspects.delete(job.uid)) this.share(() => [job]);
    return together;
  }

  /** Evaluates jobs, which are asked for when that begins, under one limit. */
  private share(ready: () => Job[]): void {
    let jobs: Job[] = [];
    const done: (Checkpoint | Thrown)[] = [];
    soonWithinTime(this.limitMs, {
      prepare: () => void (jobs = ready()),
      body: () =>
        withStacks(() => {
          while (done.length < jobs.length) done.push(evaluate(jobs[done.length]!));
        }),
      over: (end) => this.tellAll(jobs, done, end),
    });
  }

  /** All is done but for what was stopped, and what comes behind that. */
  private tellAll(jobs: Job[], done: (Checkpoint | Thrown)[], end: TurnEnd): void {
    done.forEach((result, i) => tell(jobs[i]!, result));
    const stopped = jobs[done.length];
    if (!stopped || end === 'in time') return; // it may have been stopped when all was done
    const behind = jobs.slice(done.length + 1);
    if (behind.length > 0) this.share(() => behind);
    if (jobs.length === 1 && end.stack) {
      tell(stopped, new Thrown(new Stopped(this.limitMs, end.stack)));
    } else {
      this.suspects.add(stopped.uid);
      tell(stopped, new Thrown(new CutShort(this.limitMs, [])));
    }
  }
}

function tell(job: Job, result: Checkpoint | Thrown): void {
  try {
    if (result instanceof Thrown) job.failed(result.error);
    else job.evaluated(result);
  } catch (wrong) {
    // What one run makes of it is nothing that the others of its turn should feel.
    host.raise(wrong);
  }
}

function evaluate(job: Job): Checkpoint | Thrown {
  try {
    return job.evaluate();
  } catch (error) {
    return new Thrown(error);
  }
}
