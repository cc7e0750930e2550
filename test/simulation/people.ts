/**
 * Whoever uses an engine: several at once, each of whom takes time, and insists.
 */
import { host } from '../../runtime/host.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import type { Random } from '../support/random.ts';

export const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? '';

/** Why a run may be parked: the database has refused its checkpoint, which is one of the faults. */
export const PARKED_FOR = new Set(['commit_refused']);

export class People {
  /** How many are at something. */
  open = 0;
  protected readonly random: Random;
  protected readonly violate: (what: string) => void;

  constructor(random: Random, violate: (what: string) => void) {
    this.random = random;
    this.violate = violate;
  }

  go(body: () => Promise<void>): void {
    this.open++;
    body().then(
      () => this.open--,
      (error: unknown) => this.violate(`a user met ${(error as Error)?.stack ?? String(error)}`),
    );
  }

  /** For as long at the most. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => host.after(this.random.next() * ms, resolve));
  }

  /** Makes a call until the store answers it. */
  async insist<T>(body: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await body();
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        await this.pause(200);
      }
    }
  }
}
