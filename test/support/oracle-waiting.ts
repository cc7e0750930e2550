/**
 * Package perdure under the oracle: `sleep` and channels as plain Node has them, timers and promises. A fixture
 * says in its header what is sent to it: `// send: approvals {"by":"ann"}`.
 */
import { durationMs } from '../../runtime/builtins/duration.ts';
import { optionalDuration, optionsOf } from '../../runtime/builtins/options.ts';
import { CancelledError, TimeoutError } from '../../runtime/errors.ts';
import { deadlock } from '../../runtime/engine/cycle.ts';
import type { Effects } from './harness.ts';
import { OracleScopes } from './oracle-scope.ts';

/** What is sent to a run after its start, in order. */
export type Message = [channel: string, value: unknown];

export const messagesOf = (source: string): Message[] =>
  [...source.matchAll(/^\/\/ send: (\S+) (.+)$/gm)].map((match) => [match[1]!, JSON.parse(match[2]!) as unknown]);

interface Waiter {
  settle(value: unknown): void;
}

/** The package for one run of the oracle, its effects, and the count of what it waits for. */
export class OracleWaiting {
  private readonly channels = new Map<string, { buffer: unknown[]; waiting: Set<Waiter> }>();
  private readonly effects: Effects;
  private readonly uncopied: () => void;
  /** Effects, timers and messages that are under way, and at first the loading: without any, a program that has not ended never will. */
  private underWay = 1;
  /** Node has loaded the modules. */
  hasBegun = false;
  /** The program has ended: what arrives for it now comes too late. */
  private over = false;

  /** `uncopied` is told when a value cannot cross the border, where a workflow's may. */
  constructor(effects: Effects, uncopied: () => void) {
    this.effects = effects;
    this.uncopied = uncopied;
  }

  /** The modules are loaded, and the first of them is evaluated. */
  begin(): void {
    this.hasBegun = true;
    this.underWay--;
  }

  /** An effect, as plain Node would have it: a promise that a later turn of the event loop settles. */
  effect(name: string, args: unknown[]): Promise<unknown> {
    const given = this.copy(args) as unknown[];
    return this.scopes.ask({ name, args: given }, (resolve, reject) =>
      this.later(setImmediate, () => {
        try {
          resolve(this.copy(this.effects[name]!(...given)));
        } catch (error) {
          reject(error);
        }
      }),
    );
  }

  private readonly scopes = new OracleScopes();
  readonly scope = this.scopes.scope;
  readonly withTimeout = this.scopes.withTimeout;
  readonly CancelledError = CancelledError;
  readonly TimeoutError = TimeoutError;

  readonly sleep = (duration: number | string | Date): Promise<void> =>
    this.scopes.ask(null, (resolve) => {
      const ms = duration instanceof Date ? duration.getTime() - Date.now() : durationMs(duration);
      return this.after(ms, () => resolve(undefined));
    }) as Promise<void>;

  private after(ms: number, then: () => void): () => void {
    return this.later((arrive) => void setTimeout(arrive, Math.max(0, ms)), then);
  }

  /** Lets something arrive in a later turn of the event loop. Returns how to prevent it. */
  private later(schedule: (arrive: () => void) => void, then: () => void): () => void {
    let waits = true;
    const stop = (): void => {
      if (waits) this.underWay--;
      waits = false;
    };
    this.underWay++;
    schedule(() => {
      if (!waits) return;
      stop();
      this.scopes.turn++;
      if (!this.over) then();
    });
    return stop;
  }

  /** The program's result. Node would exit when nothing is under way that could settle it; here it is the run's error. */
  async end<T>(result: Promise<T>): Promise<T> {
    const note = (): void => void (this.over = true);
    result.then(note, note);
    // All jobs run before the next turn, so a turn with nothing under way is the last that does anything.
    do await new Promise((resolve) => setImmediate(resolve));
    while (!this.over && this.underWay > 0);
    if (!this.over) throw deadlock();
    return result;
  }

  /** Nobody can ask here. */
  readonly query = (): object => ({});

  readonly channel = (name: string): object => {
    const { buffer, waiting } = this.open(name);
    const receive = (options?: unknown): Promise<unknown> => {
      const { timeout: given } = optionsOf('receive', options, ['timeout']);
      const timeout = optionalDuration('receive', 'timeout', given);
      return this.scopes.ask(null, (resolve) => {
        if (buffer.length > 0) {
          resolve(buffer.shift());
          return () => {};
        }
        const waiter: Waiter = {
          settle(value) {
            waiting.delete(waiter);
            resolve(value);
          },
        };
        waiting.add(waiter);
        const stop = timeout === undefined ? () => {} : this.after(durationMs(timeout), () => waiter.settle(undefined));
        return () => {
          waiting.delete(waiter);
          stop();
        };
      });
    };
    const next = async (): Promise<object> => ({ value: await receive(), done: false });
    return { name, receive, [Symbol.asyncIterator]: () => ({ next }) };
  };

  /** Delivers messages, each in a later turn of the event loop. */
  deliver([message, ...rest]: Message[]): void {
    if (!message) return;
    this.later(setImmediate, () => {
      const [name, value] = message;
      const { buffer, waiting } = this.open(name);
      const [first] = waiting;
      if (first) first.settle(structuredClone(value));
      else buffer.push(structuredClone(value));
      this.deliver(rest);
    });
  }

  private copy(value: unknown): unknown {
    try {
      return copy(value);
    } catch (error) {
      if (error instanceof DOMException) this.uncopied();
      throw error;
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

/** A copy of what crosses the border; a symbol that both sides know does so as it is. */
function copy(value: unknown): unknown {
  if (typeof value === 'symbol') return value;
  if (Array.isArray(value) && value.some((element) => typeof element === 'symbol')) return value.map(copy);
  return structuredClone(value);
}
