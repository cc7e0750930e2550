/**
 * Who waits until nothing is under way any more.
 */
import { host } from '../../host.ts';

export class Idleness {
  private waiting: (() => void)[] = [];

  /** Resolves when `reached` is called; or after `deadlineMs`, when `overdue` has been. */
  wait(deadlineMs: number, overdue: () => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = host.after(deadlineMs, () => {
        overdue();
        resolve();
      });
      this.waiting.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  reached(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
