/**
 * Runs that are started here. A cycle is pure, so the first one is evaluated before the run is stored, and stored with it
 * (`store/queries/start-run.ts`): one statement less for each run, and its first effect begins as soon as its start is there. One that sleeps
 * or has ended is never held. If its id turns out to be taken, nothing has happened.
 */
import type { Newcomer } from '../control/start.ts';
import { freshHistory } from '../engine/history.ts';
import type { Program } from '../engine/program.ts';
import type { Begun, NewRun } from '../store/runs.ts';
import { HeldRun, type HeldContext } from './held-run.ts';
import type { Registry } from './registry.ts';

export class Newcomers {
  private readonly context: HeldContext;
  private readonly registry: Registry;
  private readonly held: Map<string, HeldRun>;
  private readonly takeNews: (uid: string) => void;
  /** Those that are not stored yet, for all that is known here, by uid. */
  private readonly coming = new Map<string, HeldRun>();
  /** Those of them for which something has arrived. */
  private readonly addressed = new Set<string>();
  /** Who waits until there are none. */
  private readonly waiting: (() => void)[] = [];

  /** `held` is where the runs go that stay in memory, by uid; `takeNews` reads the inbox of one of them. */
  constructor(context: HeldContext, registry: Registry, held: Map<string, HeldRun>, takeNews: (uid: string) => void) {
    this.context = context;
    this.registry = registry;
    this.held = held;
    this.takeNews = takeNews;
  }

  get size(): number {
    return this.coming.size;
  }

  /** Is this run on its way into the store? Then it is looked after, whether it is there already or not. */
  has(uid: string): boolean {
    return this.coming.has(uid);
  }

  /** The store tells of a run that is on its way into it, for all that is known here: it is there, and something has arrived for it. */
  hear(uid: string): void {
    this.addressed.add(uid);
  }

  /** … or it is over already: nothing of it begins. */
  ended(uid: string): void {
    this.coming.get(uid)?.halt();
  }

  /** Evaluates the first cycle of a run. Returns null if it has to be stored without. */
  async begin(run: NewRun): Promise<Newcomer | null> {
    const program = this.registry.program(run.artifact);
    if (!program) return null;
    const { uid, workflow, artifact } = run;
    const identity = { uid, id: run.id ?? uid, workflow, artifact, mail: 0, turnKey: null, losses: 0, parent: null };
    const held = new HeldRun(this.context, identity, program, freshHistory(run.hash));
    this.coming.set(uid, held);
    const first = await held.begin(run.cause);
    if (!first) {
      this.left(uid);
      return null;
    }
    const { begun, goOn } = first;
    const settle: Newcomer['settle'] = (as) => {
      this.left(uid);
      if (as === 'stored') this.welcome(held, begun, goOn);
      else this.dismiss(held);
      if (as === 'unknown') this.context.uncertain();
    };
    return { begun, settle };
  }

  private welcome(held: HeldRun, { worker, isHeld }: Begun, goOn: () => void): void {
    // Who has been buried since has claimed effects under an old name: whoever holds the run now decides what has begun.
    if (worker !== this.context.worker()) held.halt();
    if (held.isGone) this.context.uncertain();
    else if (isHeld) this.held.set(held.uid, held);
    goOn();
    if (this.addressed.delete(held.uid)) this.takeNews(held.uid);
  }

  private dismiss(held: HeldRun): void {
    held.giveRoomBack();
    this.addressed.delete(held.uid);
  }

  /** Nothing is begun for these, or gone on with here: their worker has lost its name, or has closed. */
  drop(): void {
    for (const held of this.coming.values()) held.halt();
  }

  /** They share code with a run that was stopped: none of them stays in memory. */
  leave(program: Program): void {
    for (const held of this.coming.values()) if (held.program === program) held.leave();
  }

  /** Resolves when it is known of all what came of them. */
  whenNone(): Promise<void> {
    return this.size === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  private left(uid: string): void {
    this.coming.delete(uid);
    if (this.size === 0) for (const tell of this.waiting.splice(0)) tell();
  }
}
