/**
 * Package perdure under the oracle: `sleep` and channels as plain Node has them, timers and promises. A fixture
 * says in its header what is sent to it: `// send: approvals {"by":"ann"}`.
 */
import { durationMs } from '../../runtime/builtins/duration.ts';

/** What is sent to a run after its start, in order. */
export type Message = [channel: string, value: unknown];

export const messagesOf = (source: string): Message[] =>
  [...source.matchAll(/^\/\/ send: (\S+) (.+)$/gm)].map((match) => [match[1]!, JSON.parse(match[2]!) as unknown]);

interface Waiter {
  settle(value: unknown): void;
}

/** The package for one run of the oracle. */
export class OracleWaiting {
  private readonly channels = new Map<string, { buffer: unknown[]; waiting: Set<Waiter> }>();

  readonly sleep = (duration: number | string | Date): Promise<void> =>
    new Promise((resolve) => {
      const ms = duration instanceof Date ? duration.getTime() - Date.now() : durationMs(duration);
      setTimeout(resolve, Math.max(0, ms));
    });

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
        if (timeout !== undefined) setTimeout(() => waiter.settle(undefined), durationMs(timeout));
      });
    const next = async (): Promise<object> => ({ value: await receive(), done: false });
    return { name, receive, [Symbol.asyncIterator]: () => ({ next }) };
  };

  /** Delivers messages, each in a later turn of the event loop. */
  async deliver(messages: Message[]): Promise<void> {
    for (const [name, value] of messages) {
      await new Promise((resolve) => setImmediate(resolve));
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
