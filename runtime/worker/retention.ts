/**
 * Lets runs go that have been over for as long as the policy says: those of the modules that this worker provides, and what
 * anybody has left behind. And shows, whatever the policy, which programs this worker has in hand, so that nobody's pruning
 * takes them.
 */
import { PROGRAM_UNUSED_MS, rulesOf, sweep, type RetentionPolicy } from '../control/prune.ts';
import { PerdureError } from '../errors.ts';
import { host, type Timer } from '../host.ts';
import type { Store } from '../store/store.ts';
import { Pauses } from './pauses.ts';
import type { Registry } from './registry.ts';

const TOUCH_MS = 3_600_000;

export interface RetentionOptions {
  policy: RetentionPolicy;
  /** How often it looks. */
  everyMs: number;
}

export class Retention {
  private readonly store: Store;
  private readonly registry: Registry;
  private readonly options: RetentionOptions | null;
  private readonly pauses = new Pauses();
  private readonly timers = new Set<Timer>();
  private working: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(store: Store, registry: Registry, options: RetentionOptions | null) {
    this.store = store;
    this.registry = registry;
    this.options = options;
  }

  start(): void {
    this.every(TOUCH_MS, TOUCH_MS, () => this.touch());
    // Workers that were started together do not look together.
    if (this.options) this.every(this.options.everyMs * host.random(), this.options.everyMs, () => this.look(this.options!.policy));
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    this.pauses.endAll();
    await this.working;
  }

  private every(firstMs: number, everyMs: number, body: () => Promise<void>): void {
    const timer = host.after(firstMs, () => {
      this.timers.delete(timer);
      this.working = this.working.then(() => this.unlessFailing(body)).then(() => {
        if (!this.stopped) this.every(everyMs, everyMs, body);
      });
    });
    this.timers.add(timer);
  }

  private async unlessFailing(body: () => Promise<void>): Promise<void> {
    try {
      if (!this.stopped) await body();
    } catch (error) {
      if (!(error instanceof PerdureError)) throw error;
      // The store is unreachable: the next time will do.
    }
  }

  /** Programs that nobody needs go as seldom as they are touched: to know whether any run has one, all runs are looked at. */
  private async touch(): Promise<void> {
    for (const { hash, entry, ...artifact } of this.registry.registered()) {
      await this.store.artifacts.store(hash, entry, JSON.stringify({ hash, entry, ...artifact }));
    }
    if (this.options) await this.store.pruning.pruneArtifacts(PROGRAM_UNUSED_MS);
  }

  private async look(policy: RetentionPolicy): Promise<void> {
    const entries = this.registry.entries();
    const rules = rulesOf(policy, await this.store.pruning.workflows());
    const pause = (ms: number): Promise<void> => this.pauses.pause(ms);
    await sweep(this.store, { rules, entries, pause, isStopped: () => this.stopped });
  }
}
