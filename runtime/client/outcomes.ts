/**
 * What has become of runs: asked for by everybody who waits for a result that nobody in this process tells of. An app may
 * wait for thousands at once, and one statement asks for all of them; it is not sent more often than every few milliseconds.
 */
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import type { RunOutcome } from '../store/runs.ts';
import type { Store } from '../store/store.ts';

/** A single one is asked for at once. */
const EVERY_MS = 10;

interface Asker {
  id: string;
  tell(outcome: RunOutcome): void;
  fail(error: unknown): void;
}

export class Outcomes {
  private readonly store: Store;
  private asked = new Map<string, Asker[]>();
  private isDue = false;
  /** When the last statement was sent, by the monotonic clock. */
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(store: Store) {
    this.store = store;
  }

  /** Throws `run_missing`, and what the store throws. */
  of({ id, uid }: { id: string; uid: string }): Promise<RunOutcome> {
    return new Promise((tell, fail) => {
      this.asked.set(uid, [...(this.asked.get(uid) ?? []), { id, tell, fail }]);
      if (this.isDue) return;
      this.isDue = true;
      const waitMs = this.sentAt + EVERY_MS - host.monotonic();
      if (waitMs > 0) host.after(waitMs, () => void this.ask());
      else void this.ask();
    });
  }

  private async ask(): Promise<void> {
    const { asked } = this;
    this.asked = new Map();
    this.isDue = false;
    this.sentAt = host.monotonic();
    try {
      const found = new Map((await this.store.runs.outcomes([...asked.keys()])).map((outcome) => [outcome.uid, outcome]));
      for (const [uid, askers] of asked) {
        const outcome = found.get(uid);
        for (const { id, tell, fail } of askers) {
          if (outcome) tell(outcome);
          else fail(new PerdureError('run_missing', `There is no run '${id}'.`));
        }
      }
    } catch (error) {
      for (const { fail } of [...asked.values()].flat()) fail(error);
    }
  }
}
