/**
 * Scopes: what is begun inside one ends with it. `scope(body)` and `withTimeout` open one; the run itself is the outermost,
 * with the number 0.
 *
 * A scope knows what belongs to it by a register, `registers.scope`: what is begun or asked for while it is set belongs to
 * that scope. It is null while code of the run's own scope runs, and then nothing here costs anything. It is handed on with
 * what goes on later: a frame that awaits a promise in a scope leaves a reaction that names it (`frame in`), handlers given to
 * `then` remember it, a request says where it was made. Frames know nothing of scopes.
 *
 * A scope ends when its body has ended and nothing of it is under way: no task, no request, no frame that waits for a promise.
 */
import type { CancelledEffect, CancelledError } from '../errors.ts';
import { metaOf } from '../heap/meta.ts';
import { touchCall } from '../heap/touch.ts';
import type { Frame } from './frame.ts';
import type { Promise } from './promise.ts';

/** The number of the run itself. */
export const RUN = 0;

export class Scope {
  readonly number: number;
  readonly parent: Scope | null;
  /** Who gets its result; null: it is the run. */
  to: Promise | null;
  /** How the body has ended. */
  ended: { failed: boolean; value: unknown } | null = null;
  /** Tasks and scopes that were begun in it and have not ended. */
  open = 0;
  /** Promises that frames of this scope await, and that of its body. Of the heap: it has one edit for each. */
  waiting: Set<Promise> = new Set();
  /** Rejected promises of this scope that nobody had listened to. */
  failures: Promise[] = [];
  /** There is at most one: who has been cancelled is not cancelled again while it cleans up. */
  cancellation: Cancellation | null = null;
  /** The cancellation of a scope around, which came while this one cleaned up: its result gives way to that. */
  outer: Cancellation | null = null;
  /** The request for the timeout; 0: it has none. */
  timer = 0;
  /** The timeout is over, and what it was, for the message. */
  timedOut: string | null = null;
  /** How long its effects have to end when it is cancelled. */
  graceMs = 0;
  closed = false;
  /** Its requests under way, the scopes in it, and so on. Not stored: those know where they belong. */
  readonly requests = new Set<number>();
  readonly nested = new Set<Scope>();
  /** Child runs that end with it, as their starts have said. */
  readonly children = new Set<number>();

  constructor(number: number, parent: Scope | null, to: Promise | null) {
    this.number = number;
    this.parent = parent;
    this.to = to;
  }

  /** Nothing of it is under way but, perhaps, its body. */
  get isQuiet(): boolean {
    return this.open === 0 && this.requests.size === 0 && this.waiting.size === 0 && this.children.size === 0;
  }

  /** A frame of this scope awaits the promise. */
  awaits(promise: Promise): void {
    this.mark('add', promise);
    this.waiting.add(promise);
  }

  /** The promise has settled, or no frame awaits it any more. */
  awaited(promise: Promise): void {
    this.mark('delete', promise);
    this.waiting.delete(promise);
  }

  private mark(method: string, promise: Promise): void {
    const meta = metaOf(this.waiting);
    if (meta !== undefined && meta.open) touchCall(meta, this.waiting, method, [promise]);
  }
}

/** Who gets the error of a cancellation, and the scope it belongs to. */
export interface Target {
  /** null: the scope itself, of which it ends the body. */
  to: Frame | Promise | null;
  scope: Scope | null;
}

export class Cancellation {
  readonly scope: number;
  readonly reason: string | undefined;
  /** Who gets the error, by the request that was waited for. */
  readonly targets = new Map<number, Target>();
  /** Frames that awaited what does not end with the scope, and get the error too. */
  frames: Target[] = [];
  /** Results of scopes that ended before this was thrown, and give way to it. */
  results: Promise[] = [];
  /** Promises that were awaited in the scope and seemed to end with it: if they do not, who awaits them gets the error. */
  late: Promise[] = [];
  /** What has become of the effects that were under way, by request. */
  readonly outcomes = new Map<number, CancelledEffect>();
  /** What waits has been taken back, and its effects told to stop. */
  isCarriedOut = false;
  /** What was thrown, once it was. */
  error: CancelledError | null = null;

  constructor(scope: number, reason: string | undefined) {
    this.scope = scope;
    this.reason = reason;
  }
}

/** The scope in which code goes on that belonged to this one: when it has ended, the one around. */
export function openScope(scope: Scope | null | undefined): Scope | null {
  let found = scope ?? null;
  while (found !== null && found.closed) found = found.parent;
  return found === null || found.number === RUN ? null : found;
}

export interface ScopeOptions {
  timeout?: number | string | undefined;
  /** How long effects have to end when the scope is cancelled, in ms. */
  wait?: number | string | undefined;
}

/** What the machine tells the run of its scopes. */
export interface Scopes {
  /** Opens a scope in the one that the register names. */
  open(options: ScopeOptions): Scope;
  /** A scope that has not ended. */
  of(number: number): Scope | undefined;
  cancel(scope: Scope, reason: string | undefined): void;
  /** A task has been begun: it has not ended, or it has failed. */
  taskBegun(scope: Scope, promise: Promise): void;
  taskEnded(scope: Scope, promise: Promise, failed: boolean): void;
  bodyEnded(scope: Scope, failed: boolean, value: unknown): void;
  /** A frame that would go on must wait for the error of a cancellation. Returns whether it does. */
  holds(scope: Scope, frame: Frame): boolean;
}
