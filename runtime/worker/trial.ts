/**
 * A cycle on trial: evaluated in a process of its own, of which only the end counts. Evaluation is pure, so it may be done
 * for nothing. A run is tried that has been held by several workers, one after the other, whose process ended before
 * they committed anything of it: what ends the trial, such as memory that runs out, would end this worker too.
 */
import { writeDocument } from '../codec/format.ts';
import { image } from '../engine/cycle.ts';
import type { Run } from '../engine/run.ts';
import { Fault } from '../errors.ts';
import { host } from '../host.ts';
import { StoreError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import type { DatabaseClock } from './clock.ts';

/** So many workers may go, one after the other, before the next cycle is tried. */
export const LOSSES_MAX = 2;

/** MB of memory that a trial has. */
const MEMORY_MB = 1024;
/** A process needs a while to begin. */
const START_MS = 20_000;

/** So much later a trial ends by itself: by then its worker has ended it, if it lives. */
const ORPHAN_MS = 5000;

/** What `trial-main.ts` reads. */
export interface TrialDocument {
  /** The program, as it is stored. */
  artifact: string;
  /** The state before the cycle; null before the first. */
  state: string | null;
  /** A document of what arrives. */
  arrivals: string;
  now: number;
  /** A trial whose worker is gone ends by itself after so long. */
  limitMs: number;
}

export interface OnTrial {
  artifact: string;
  run: Run;
  isFirst: boolean;
  arrivals: string;
}

/**
 * The trials of one worker, one after the other: it may hold hundreds of runs that those before it have held, and so many processes at
 * once would leave it no time to live.
 */
export class Trials {
  private readonly store: Store;
  private readonly clock: DatabaseClock;
  private readonly limitMs: number;
  private last: Promise<void> = Promise.resolve();
  private ended = false;

  constructor(store: Store, clock: DatabaseClock, limitMs: number) {
    this.store = store;
    this.clock = clock;
    this.limitMs = limitMs;
  }

  /** Throws Fault `cycle_crash` if the process of the trial does not survive it. */
  try(what: OnTrial): Promise<void> {
    const trial = this.last.then(() => {
      if (this.ended) throw new StoreError('unreachable', 'engine_closed', 'The engine closes, and this trial has not begun.');
      return this.tryApart(what);
    });
    this.last = trial.catch(() => {});
    return trial;
  }

  /** No more trials begin. */
  end(): void {
    this.ended = true;
  }

  private async tryApart({ artifact, run, isFirst, arrivals }: OnTrial): Promise<void> {
    const limit = Math.min(this.limitMs, 600_000) + START_MS;
    const document: TrialDocument = {
      artifact: (await this.store.artifacts.load(artifact)) ?? '',
      state: isFirst ? null : writeDocument(image(run)),
      arrivals,
      now: this.clock.now(),
      limitMs: limit + ORPHAN_MS,
    };
    const program = import.meta.url.replace(/trial(?=\.\w+$)/, 'trial-main');
    const { status, said } = await host.runApart(program, [`--max-old-space-size=${MEMORY_MB}`], JSON.stringify(document), limit);
    if (status === 'ended') return;
    if (status === 'never begun') {
      host.warn(`perdure: a run that ${LOSSES_MAX} workers did not survive could not be tried in a process of its own first.${said}`);
      return;
    }
    throw new Fault(
      'cycle_crash',
      `${LOSSES_MAX} workers ended while they evaluated this cycle, and so did a process that only tried it${status === 'stopped' ? ': it never came to its end' : ''}.${said}`,
    );
  }
}
