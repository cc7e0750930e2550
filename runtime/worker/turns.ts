/**
 * Gives out turns: at once for the key of a run that this worker lets go, and at every look for keys that somebody
 * waits for, so that nobody waits for a worker that has died in between. A look sees some of the keys, the next one the next of them.
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
  /** The last key that a look has seen. */
  private seen = '';

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
    const queued = await this.store.runs.queuedKeys(this.seen, KEYS_MAX);
    this.seen = queued.length < KEYS_MAX ? '' : queued.at(-1)!.key;
    const keys = queued.flatMap(({ key, isFree }) => (isFree ? [key] : []));
    if (keys.length > 0) await this.give(...keys);
  }

  async give(...keys: string[]): Promise<void> {
    if ((await this.store.runs.giveTurns(keys)) > 0) this.given();
  }
}
