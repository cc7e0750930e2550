/**
 * Trying again, and the pauses in between. Both end at once when there is nothing to try any more: a closed engine leaves no timer.
 */
import { host } from '../host.ts';
import { StoreError } from '../store/errors.ts';

const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 5000;

export class Pauses {
  private readonly ends = new Set<() => void>();
  private isOver = false;

  /** Resolves after `ms`, or when all pauses are ended. */
  pause(ms: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.ends.delete(end);
        resolve();
      };
      const timer = host.after(ms, end);
      this.ends.add(end);
    });
  }

  /**
   * Does something in the store until that has an answer: neither fails nor is undefined. Undefined if all pauses are ended before.
   * A store that cannot be reached is normal; what else fails is told, once.
   */
  async keepTrying<T>(body: () => Promise<T | undefined>): Promise<T | undefined> {
    let isTold = false;
    for (let pauseMs = PAUSE_MIN_MS; !this.isOver; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      try {
        const answer = await body();
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!isTold && !this.isOver && !(error instanceof StoreError && error.kind !== 'refused')) {
          isTold = true;
          host.warn(`perdure: what the database should know is tried again and again: ${String((error as Error)?.stack ?? error)}`);
        }
      }
      await this.pause(pauseMs);
    }
    return undefined;
  }

  /** For good. */
  endAll(): void {
    this.isOver = true;
    for (const end of [...this.ends]) end();
  }
}
