/**
 * Evaluates cycles: all that are ready in one turn of the event loop under one limit of time. Where many are ready and the database has
 * nothing to do, the first half of them is committed while the second is evaluated: and from then on the halves take turns.
 * (Measured on two processors: 1.15 times the steps per second at 50 runs in flight, 1.25 times at 500; in halves of 10, nothing.)
 *
 * When the limit stops a turn, the cycle that was under way is not yet guilty: others may have taken the time. It is
 * `CutShort`, its run is restored from the store, and the next cycle of that run has a turn of its own. What is stopped
 * in a turn of its own has done it alone: that is a fault. The cycles behind it have their turn next.
 */
import type { Checkpoint } from '../engine/cycle.ts';
import { withStacks } from '../engine/stacks.ts';
import { withinTime } from '../engine/time-limit.ts';
import { Fault } from '../errors.ts';
import { host } from '../host.ts';

/** A cycle was stopped: the run in memory is unusable. */
export class Stopped extends Fault {
  constructor(limitMs: number) {
    super('cycle_time', `The cycle was stopped after ${limitMs} ms. A loop without end? What takes long belongs into an effect.`);
  }
}

/** … but it did not have its turn alone, and so is innocent so far. */
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
    if (this.jobs.length === 1) host.soon(() => this.turn());
  }

  private turn(): void {
    const jobs = this.jobs;
    this.jobs = [];
    if (jobs.length >= HALVES_FROM && this.isDatabaseIdle()) {
      const second = jobs.splice(jobs.length >> 1);
      // The commit of the first half is sent before that.
      host.soon(() => this.work(second));
    }
    this.work(jobs);
  }

  private work(jobs: Job[]): void {
    const [alone, together] = [jobs.filter(({ uid }) => this.suspects.has(uid)), jobs.filter(({ uid }) => !this.suspects.has(uid))];
    for (let left = together; left.length > 0; ) left = this.share(left);
    for (const job of alone) {
      this.suspects.delete(job.uid);
      this.share([job]);
    }
  }

  /** Evaluates jobs under one limit. Returns those that were not reached. */
  private share(jobs: Job[]): Job[] {
    const done: (Checkpoint | Thrown)[] = [];
    withStacks(() =>
      withinTime(this.limitMs, () => {
        while (done.length < jobs.length) done.push(evaluate(jobs[done.length]!));
      }),
    );
    done.forEach((result, i) => tell(jobs[i]!, result));
    const stopped = jobs[done.length];
    if (!stopped) return []; // also where it was stopped when all was done
    if (jobs.length === 1) {
      tell(stopped, new Thrown(new Stopped(this.limitMs)));
    } else {
      this.suspects.add(stopped.uid);
      tell(stopped, new Thrown(new CutShort(this.limitMs)));
    }
    return jobs.slice(done.length + 1);
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
