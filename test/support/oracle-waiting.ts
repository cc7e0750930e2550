/**
 * Package perdure under the oracle: `sleep` and channels as plain Node has them, timers and promises. A fixture
 * says in its header what is sent to it: `// send: approvals {"by":"ann"}`.
 */
import { durationMs } from '../../runtime/builtins/duration.ts';
import { deadlock } from '../../runtime/engine/cycle.ts';

/** What is sent to a run after its start, in order. */
export type Message = [channel: string, value: unknown];

export const messagesOf = (source: string): Message[] =>
  [...source.matchAll(/^\/\/ send: (\S+) (.+)$/gm)].map((match) => [match[1]!, JSON.parse(match[2]!) as unknown]);

interface Waiter {
  settle(value: unknown): void;
}

/** The package for one run of the oracle, and the count of what it waits for. */
export class OracleWaiting {
  private readonly channels = new Map<string, { buffer: unknown[]; waiting: Set<Waiter> }>();
  /** Effects, timers and messages that are under way: without any, a program that has not ended never will. */
  private underWay = 0;

  /** An effect of the harness, as plain Node would have it: a promise that a later turn of the event loop settles. */
  effect(implementation: (...args: unknown[]) => unknown, args: unknown[]): Promise<unknown> {
    const given = structuredClone(args);
    this.underWay++;
    return new Promise((resolve, reject) =>
      setImmediate(() => {
        this.underWay--;
        try {
          resolve(structuredClone(implementation(...given)));
        } catch (error) {
          reject(error);
        }
      }),
    );
  }

  readonly sleep = (duration: number | string | Date): Promise<void> =>
    new Promise((resolve) => {
      const ms = duration instanceof Date ? duration.getTime() - Date.now() : durationMs(duration);
      this.after(ms, resolve);
    });

  private after(ms: number, then: () => void): void {
    this.underWay++;
    setTimeout(() => {
      this.underWay--;
      then();
    }, Math.max(0, ms));
  }

  /** The program's result. Node would exit when nothing is under way that could settle it; here it is the run's error. */
  async end<T>(result: Promise<T>): Promise<T> {
    let settled = false;
    const note = (): void => void (settled = true);
    result.then(note, note);
    // All jobs run before the next turn, so a turn with nothing under way is the last that does anything.
    do await new Promise((resolve) => setImmediate(resolve));
    while (!settled && this.underWay > 0);
    if (!settled) throw deadlock();
    return result;
  }

  readonly channel = (name: string): object => {
    const { buffer, waiting } = this.open(name);
    const receive = ({ timeout }: { timeout?: number | string } = {}): Promise<unknown> =>
      new Promise((resolve) => {
        if (buffer.length > 0) {
          resolve(buffer.shift());
          return;
        }
        const waiter: Waiter = {
          settle(value) {
            waiting.delete(waiter);
            resolve(value);
          },
        };
        waiting.add(waiter);
        if (timeout !== undefined) this.after(durationMs(timeout), () => waiter.settle(undefined));
      });
    const next = async (): Promise<object> => ({ value: await receive(), done: false });
    return { name, receive, [Symbol.asyncIterator]: () => ({ next }) };
  };

  /** Delivers messages, each in a later turn of the event loop. */
  async deliver(messages: Message[]): Promise<void> {
    this.underWay += messages.length;
    for (const [name, value] of messages) {
      await new Promise((resolve) => setImmediate(resolve));
      this.underWay--;
      const { buffer, waiting } = this.open(name);
      const [first] = waiting;
      if (first) first.settle(structuredClone(value));
      else buffer.push(structuredClone(value));
    }
  }

  private open(name: string) {
    let channel = this.channels.get(name);
    if (!channel) {
      channel = { buffer: [], waiting: new Set() };
      this.channels.set(name, channel);
    }
    return channel;
  }
}
