/**
 * The scopes of a run: how they open, what they hear of, how they end.
 *
 *     open ──body ends──▶ ended ──nothing of it is under way──▶ closed: its result is there
 *                           └─────what still goes on is cancelled─────▲
 *
 * A task's error is thrown where the task is awaited. If nobody has listened by the time the scope closes, the scope throws
 * it itself, unless its body has thrown.
 */
import { durationMs } from '../builtins/duration.ts';
import { CancelledError, TimeoutError } from '../errors.ts';
import type { Frame } from '../machine/frame.ts';
import { newPromise, type Promise, setHandled, settle, slotsIn, watchTask } from '../machine/promise.ts';
import { registers } from '../machine/registers.ts';
import { type Cancellation, RUN, Scope, type ScopeOptions, type Scopes } from '../machine/scope.ts';
import { askToCancel, cancelAsked, throwLate } from './cancellation.ts';
import type { Run } from './run.ts';

/** How long the effects of a scope have to end when it is cancelled. */
const WAIT = '10 seconds';

export class Scoping implements Scopes {
  private readonly run: Run;
  /** Scopes whose bodies have ended. */
  private readonly ending = new Set<Scope>();

  constructor(run: Run) {
    this.run = run;
  }

  /** After a restore. */
  resume(): void {
    for (const scope of this.run.scopes.values()) if (scope.ended !== null) this.ending.add(scope);
  }

  of(number: number): Scope | undefined {
    return this.run.scopes.get(number);
  }

  open({ timeout, wait = WAIT }: ScopeOptions): Scope {
    const { run } = this;
    const graceMs = durationMs(wait);
    const due = timeout === undefined ? null : run.due(timeout);
    const parent = registers.scope;
    const scope = new Scope(++run.last, parent, newPromise());
    scope.graceMs = graceMs;
    run.scopes.set(scope.number, scope);
    run.changedScopes.add(scope);
    if (parent !== null) {
      parent.open++;
      parent.nested.add(scope);
      run.changedScopes.add(parent);
    }
    if (due !== null) scope.timer = run.cancelAt(scope.number, due, typeof timeout === 'number' ? `${timeout} ms` : String(timeout));
    return scope;
  }

  cancel(scope: Scope, reason: string | undefined): void {
    askToCancel(this.run, scope, reason, scope.graceMs);
  }

  taskBegun(scope: Scope, promise: Promise): void {
    const { state } = slotsIn(promise);
    if (state === 'rejected') this.failed(scope, promise);
    if (state !== 'pending') return;
    scope.open++;
    this.run.changedScopes.add(scope);
    watchTask(promise, scope);
  }

  taskEnded(scope: Scope, promise: Promise, failed: boolean): void {
    scope.open--;
    this.run.changedScopes.add(scope);
    if (failed) this.failed(scope, promise);
    this.closeIfQuiet(scope);
  }

  /** Keeps a rejection that nobody has listened to so far, unless it is that of a cancellation. */
  failed(scope: Scope, promise: Promise): void {
    const { handled, value } = slotsIn(promise);
    if (handled || isOwnCancellation(this.run, value)) return;
    scope.failures = [...scope.failures.filter((p) => !slotsIn(p).handled), promise];
    this.run.changedScopes.add(scope);
  }

  bodyEnded(scope: Scope, failed: boolean, value: unknown): void {
    scope.ended = { failed, value };
    this.ending.add(scope);
    this.run.changedScopes.add(scope);
    if (scope.timer > 0) this.run.remove(scope.timer);
    scope.timer = 0;
    this.closeIfQuiet(scope);
    if (!scope.closed) this.cancel(scope, 'the scope has ended');
  }

  holds(scope: Scope, frame: Frame): boolean {
    const { cancellation } = scope;
    if (cancellation === null || !cancellation.isCarriedOut || cancellation.error !== null) return false;
    cancellation.frames.push({ to: frame, scope });
    this.run.changedScopes.add(this.of(cancellation.scope)!);
    return true;
  }

  /** When nothing can go on: scopes that have ended close, others are cancelled. Returns true if something can go on now. */
  settle(): boolean {
    const before = this.ending.size;
    for (const scope of this.ending) this.closeIfQuiet(scope);
    return this.ending.size < before || cancelAsked(this.run) || throwLate(this.run);
  }

  private closeIfQuiet(scope: Scope): void {
    if (scope.ended !== null && scope.isQuiet && !scope.closed) this.close(scope);
  }

  private close(scope: Scope): void {
    const { run } = this;
    const { parent, outer } = scope;
    scope.closed = true;
    this.ending.delete(scope);
    run.scopes.delete(scope.number);
    run.changedScopes.add(scope);
    const { failed, value } = resultOf(scope);
    for (const promise of scope.failures) setHandled(promise);
    const to = scope.to!;
    if (outer === null) settle(to, failed, value);
    else giveWay(run, to, outer);
    if (parent === null) return;
    parent.open--;
    parent.nested.delete(scope);
    run.changedScopes.add(parent);
    if (slotsIn(to).state === 'rejected') this.failed(parent, to);
    this.closeIfQuiet(parent);
  }
}

function resultOf({ ended, failures, cancellation, timedOut }: Scope): { failed: boolean; value: unknown } {
  const { failed, value } = ended!;
  if (!failed) {
    const unheard = failures.find((promise) => !slotsIn(promise).handled);
    return unheard ? { failed: true, value: slotsIn(unheard).value } : { failed, value };
  }
  const error = cancellation?.error ?? null;
  if (timedOut === null || error === null || value !== error) return { failed, value };
  return { failed, value: new TimeoutError(`Timed out after ${timedOut}`, error.effects) };
}

/** A scope around was cancelled while this one cleaned up: its error comes in the place of the result. */
function giveWay(run: Run, to: Promise, outer: Cancellation): void {
  if (outer.error !== null) {
    settle(to, true, outer.error);
    return;
  }
  outer.results.push(to);
  run.changedScopes.add(run.scopes.get(outer.scope)!);
}

/** Was it thrown because something of this run is cancelled? */
export const isOwnCancellation = (run: Run, value: unknown): boolean =>
  value instanceof CancelledError && [...run.scopes.values()].some(({ cancellation }) => cancellation?.error === value);

/** The scope of the run itself, listed once it matters. */
export function runScope(run: Run): Scope {
  let scope = run.scopes.get(RUN);
  if (!scope) {
    scope = new Scope(RUN, null, null);
    scope.graceMs = durationMs(WAIT);
    run.scopes.set(RUN, scope);
  }
  return scope;
}
