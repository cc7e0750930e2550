/**
 * Pauses between two tries, which end at once when there is nothing to try any more: a closed engine leaves no timer.
 */
import { host } from '../host.ts';

export class Pauses {
  private readonly ends = new Set<() => void>();

  /** Resolves after `ms`, or when all pauses are ended. */
  pause(ms: number): Promise<void> {
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

  endAll(): void {
    for (const end of [...this.ends]) end();
  }
}
