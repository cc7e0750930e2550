/**
 * Gives out turns: at once for the key of a run that this worker lets go, and at every look for the keys that somebody
 * waits for, so that nobody waits for a worker that has died in between.
 */
import type { Store } from '../store/store.ts';
import type { ClaimedRun } from '../store/runs.ts';

/** Keys in one look. */
const KEYS_MAX = 1000;

export class Turns {
  private readonly store: Store;
  private readonly given: () => void;
  /** The keys of runs that this worker holds, by uid. */
  private readonly keys = new Map<string, string>();

  /** `given` is called when runs have got their turn. */
  constructor(store: Store, given: () => void) {
    this.store = store;
    this.given = given;
  }

  took({ uid, turnKey }: Pick<ClaimedRun, 'uid' | 'turnKey'>): void {
    if (turnKey !== null) this.keys.set(uid, turnKey);
  }

  left(uid: string): void {
    const key = this.keys.get(uid);
    if (key === undefined) return;
    this.keys.delete(uid);
    // If this fails, a look gives it out.
    this.give(key).catch(() => {});
  }

  async look(): Promise<void> {
    const keys = await this.store.runs.queuedKeys(KEYS_MAX);
    if (keys.length > 0) await this.give(...keys);
  }

  async give(...keys: string[]): Promise<void> {
    if ((await this.store.runs.giveTurns(keys)) > 0) this.given();
  }
}
