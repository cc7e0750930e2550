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

interface Job {
  run: string;
  body(): Checkpoint;
  resolve(checkpoint: Checkpoint): void;
  reject(error: unknown): void;
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

  /** Evaluates a cycle of a run. Rejects with what it throws, a Fault `cycle_time`, or CutShort. */
  evaluate(run: string, body: () => Checkpoint): Promise<Checkpoint> {
    return new Promise((resolve, reject) => {
      this.jobs.push({ run, body, resolve, reject });
      if (this.jobs.length === 1) host.soon(() => this.turn());
    });
  }

  private turn(): void {
    const jobs = this.jobs;
    this.jobs = [];
    if (jobs.length >= HALVES_FROM && this.isDatabaseIdle()) {
      const second = jobs.splice(jobs.length >> 1);
      // The commit of the first half is sent in the next turn of the event loop, and this comes after it.
      host.soon(() => host.soon(() => this.work(second)));
    }
    this.work(jobs);
  }

  private work(jobs: Job[]): void {
    const [alone, together] = [jobs.filter(({ run }) => this.suspects.has(run)), jobs.filter(({ run }) => !this.suspects.has(run))];
    for (let left = together; left.length > 0; ) left = this.share(left);
    for (const job of alone) {
      this.suspects.delete(job.run);
      this.share([job]);
    }
  }

  /** Evaluates jobs under one limit. Returns those that were not reached. */
  private share(jobs: Job[]): Job[] {
    let at = 0;
    const inTime = withStacks(() =>
      withinTime(this.limitMs, () => {
        for (; at < jobs.length; at++) perform(jobs[at]!);
      }),
    );
    if (inTime || at === jobs.length) return []; // it may be stopped when all is done
    const { run, reject } = jobs[at]!;
    if (jobs.length === 1) {
      reject(new Stopped(this.limitMs));
    } else {
      this.suspects.add(run);
      reject(new CutShort(this.limitMs));
    }
    return jobs.slice(at + 1);
  }
}

function perform({ body, resolve, reject }: Job): void {
  try {
    resolve(body());
  } catch (error) {
    reject(error);
  }
}
