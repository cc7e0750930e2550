/**
 * Whose turn it is. A process runs alone, and before the next one does all promises are settled that it settles: so what asks
 * for its host, in between, asks for the host of the one that runs.
 */
import type { Process } from './process.ts';

export class Turns {
  private running: Process | null = null;
  private readonly failed: (process: Process, error: Error) => void;

  /** `failed` is told what a process throws. */
  constructor(failed: (process: Process, error: Error) => void) {
    this.failed = failed;
  }

  /** Whose turn it is. */
  readonly current = (): Process => {
    if (this.running === null) throw new Error('something asks for its host between two events');
    return this.running;
  };

  /** Lets a process do something, and all that follows at once. */
  enter(process: Process, body: () => void): void {
    const before = this.running;
    this.running = process;
    try {
      body();
      if (before === null) settlePromises();
    } catch (error) {
      this.failed(process, error as Error);
    } finally {
      this.running = before;
    }
  }
}

/** Settles all promises that can be settled, as Node does between two events, in one synchronous call. */
const settlePromises = (): void => (process as unknown as { _tickCallback(): void })._tickCallback();

/** Calls back in a turn of its own of Node's event loop, where promises may be settled that way: not within a promise's reaction. */
export function inTurn<T>(body: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(body());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

/** Does something, and tells of promises that were rejected meanwhile and that nobody listens to. */
export function listeningTo(rejected: (error: unknown) => void, body: () => void): void {
  process.on('unhandledRejection', rejected);
  try {
    body();
  } finally {
    process.off('unhandledRejection', rejected);
  }
}
