/**
 * `scope` and `withTimeout` under the oracle: in plain promises, with a context of Node's own. What plain Node cannot do is
 * not there: an await of a promise that has nothing to do with the scope is not interrupted, and the only tasks that are
 * known are the body and what `run` begins.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { durationMs } from '../../runtime/builtins/duration.ts';
import { optionalDuration, optionsOf } from '../../runtime/builtins/options.ts';
import { CancelledError, type CancelledEffect, TimeoutError } from '../../runtime/errors.ts';

interface Effect {
  name: string;
  args: unknown[];
}

/** Something asked of the outside. */
interface Asked {
  effect: Effect | null;
  turn: number;
  stop: () => void;
  reject: (error: unknown) => void;
  cancelled: Cancellation | null;
}

interface Cancellation {
  reason: string | undefined;
  outcomes: Map<Asked, CancelledEffect>;
  waiting: Set<Asked>;
  targets: Asked[];
  scopes: Scope[];
  error: CancelledError | null;
}

interface Body {
  run: (body: (...args: unknown[]) => unknown, ...args: unknown[]) => Promise<unknown>;
  cancel: (reason?: string) => void;
}

class Scope {
  readonly asked = new Set<Asked>();
  readonly nested = new Set<Scope>();
  readonly parent: Scope | undefined;
  open = 0;
  /** Rejections of tasks, and whether somebody has listened. */
  readonly failures: { error: unknown; heard: () => boolean }[] = [];
  ended: { failed: boolean; value: unknown } | null = null;
  cancellation: Cancellation | null = null;
  timedOut: string | null = null;
  closed = false;
  close!: () => void;

  constructor(parent: Scope | undefined) {
    this.parent = parent;
    parent?.nested.add(this);
  }

  check(): void {
    if (this.ended && this.open === 0 && this.asked.size === 0 && this.nested.size === 0) {
      if (this.closed) return;
      this.closed = true;
      this.close();
    }
  }
}

/** Lets everything go on that can. */
const rest = async (): Promise<void> => {
  for (let i = 0; i < 100; i++) await null;
};

type Start = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => () => void;

export class OracleScopes {
  /** Counts the turns of the event loop in which something arrives. */
  turn = 0;
  private readonly current = new AsyncLocalStorage<Scope>();

  /** Asks something of the outside. `start` returns how to stop waiting for it. */
  ask(effect: Effect | null, start: Start): Promise<unknown> {
    const scope = this.current.getStore();
    return new Promise((resolve, reject) => {
      const asked: Asked = { effect, turn: this.turn, stop: () => {}, reject, cancelled: null };
      const end = (outcome: 'completed' | 'failed', value: unknown): void => {
        scope?.asked.delete(asked);
        const { cancelled } = asked;
        if (cancelled) this.told(cancelled, asked, outcome === 'completed' ? { outcome, value } : { outcome, error: value });
        else if (outcome === 'completed') resolve(value);
        else reject(value);
        scope?.check();
      };
      scope?.asked.add(asked);
      asked.stop = start(
        (value) => end('completed', value),
        (error) => end('failed', error),
      );
    });
  }

  private told(cancellation: Cancellation, asked: Asked, end: object): void {
    cancellation.outcomes.set(asked, { ...asked.effect!, ...end } as CancelledEffect);
    cancellation.waiting.delete(asked);
    cancellation.targets.push(asked);
    if (cancellation.waiting.size === 0) this.throwAt(cancellation);
  }

  readonly withTimeout = (given: number | string, body: (scope: Body) => unknown, options?: unknown): Promise<unknown> => {
    const { wait } = optionsOf('withTimeout', options, ['wait']);
    const timeout = optionalDuration('withTimeout', 'timeout', given);
    optionalDuration('withTimeout', 'wait', wait);
    return this.open(body, timeout);
  };

  readonly scope = (body: (scope: Body) => unknown, options?: unknown): Promise<unknown> => {
    const given = optionsOf('scope', options, ['timeout', 'wait']);
    const timeout = optionalDuration('scope', 'timeout', given.timeout);
    optionalDuration('scope', 'wait', given.wait);
    return this.open(body, timeout);
  };

  private open(body: (scope: Body) => unknown, timeout: number | string | undefined): Promise<unknown> {
    const scope = new Scope(this.current.getStore());
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            this.turn++;
            if (scope.cancellation) return;
            scope.timedOut = typeof timeout === 'number' ? `${timeout} ms` : timeout;
            void this.cancel(scope, `it took longer than ${scope.timedOut}`);
          }, durationMs(timeout));
    return new Promise((resolve, reject) => {
      scope.close = () => {
        scope.parent?.nested.delete(scope);
        const { failed, value } = scope.ended!;
        const unheard = scope.failures.find(({ heard }) => !heard());
        const error = scope.cancellation?.error;
        if (failed && scope.timedOut !== null && value === error) reject(new TimeoutError(`Timed out after ${scope.timedOut}`, error!.effects));
        else if (failed) reject(value);
        else if (unheard) reject(unheard.error);
        else resolve(value);
        scope.parent?.check();
      };
      const ended = async (failed: boolean, value: unknown): Promise<void> => {
        clearTimeout(timer);
        scope.ended = { failed, value };
        scope.check();
        await this.cancel(scope, 'the scope has ended');
      };
      const handle: Body = {
        run: (task, ...args) => this.run(scope, task, args),
        cancel: (reason) => void this.cancel(scope, reason),
      };
      this.current
        .run(scope, async () => body(handle))
        .then(
          (value) => ended(false, value),
          (error: unknown) => ended(true, error),
        );
    });
  }

  private run(scope: Scope, task: (...args: unknown[]) => unknown, args: unknown[]): Promise<unknown> {
    if (scope.closed) throw new Error('The scope has ended: nothing can begin in it any more');
    scope.open++;
    const result = this.current.run(scope, async () => task(...args));
    const then = result.then.bind(result);
    let heard = false;
    result.then = ((...handlers: [never, never]) => {
      heard = true;
      return then(...handlers);
    }) as typeof then;
    const end = (failed: boolean, error?: unknown): void => {
      scope.open--;
      if (failed && error !== scope.cancellation?.error) scope.failures.push({ error, heard: () => heard });
      scope.check();
    };
    void then(
      () => end(false),
      (error: unknown) => end(true, error),
    );
    return result;
  }

  private async cancel(scope: Scope, reason: string | undefined): Promise<void> {
    if (scope.cancellation) return;
    const cancellation: Cancellation = { reason, outcomes: new Map(), waiting: new Set(), targets: [], scopes: [], error: null };
    scope.cancellation = cancellation;
    await rest();
    this.take(scope, cancellation);
    if (cancellation.waiting.size === 0) this.throwAt(cancellation);
  }

  /** Takes back what waits. An effect is waited for, unless it was asked for in this very turn. */
  private take(scope: Scope, cancellation: Cancellation): void {
    cancellation.scopes.push(scope);
    for (const asked of [...scope.asked]) {
      if (asked.effect && asked.turn < this.turn) {
        asked.cancelled = cancellation;
        cancellation.waiting.add(asked);
        continue;
      }
      asked.stop();
      scope.asked.delete(asked);
      cancellation.targets.push(asked);
      if (asked.effect) cancellation.outcomes.set(asked, { ...asked.effect, outcome: 'not begun' });
    }
    for (const nested of scope.nested) {
      if (nested.cancellation) continue;
      nested.cancellation = cancellation;
      this.take(nested, cancellation);
    }
  }

  private throwAt(cancellation: Cancellation): void {
    const { reason, outcomes, targets, scopes } = cancellation;
    cancellation.error = new CancelledError(reason === undefined ? 'Cancelled' : `Cancelled: ${reason}`, reason, [...outcomes.values()]);
    for (const { reject } of targets) reject(cancellation.error);
    for (const scope of scopes) scope.check();
  }
}
