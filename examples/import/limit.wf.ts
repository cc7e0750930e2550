/**
 * Bounded parallelism, in plain TypeScript.
 */
export class Limit {
  #free: number;
  #waiting: (() => void)[] = [];

  constructor(parallel: number) {
    this.#free = parallel;
  }

  /** Runs work as soon as fewer than the allowed number are running. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.free();
    this.#free--;
    try {
      return await work();
    } finally {
      this.#free++;
      this.#waiting.shift()?.();
    }
  }

  /** Resolves when there is room for one more. */
  async free(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
