/**
 * Cancelling: what waits for the outside is told to wait no longer.
 *
 *     ask ──at rest──▶ carry out ──effects under way──▶ wait for them ──all have ended, or time is up──▶ throw
 *                          └──────────────none──────────────────────────────────────────────────────────▶
 *
 * It is carried out when everything that can go on has gone on, so that every task stands at an await. Sleeps, receives
 * and timers are taken back at once; they, too, get the error only when the effects have ended, or else a
 * `Promise.race([charge(order), sleep('1 hour')])` would clean up before anybody knew whether money has moved. What is
 * asked for afterwards, by a `finally` or a compensation, is nobody's business here.
 */
import { fromDocument } from '../codec/border.ts';
import type { EffectRequest, Json } from '../codec/format.ts';
import { CancelledError, type CancelledEffect } from '../errors.ts';
import { resume } from '../machine/drive.ts';
import type { Frame } from '../machine/frame.ts';
import { type Promise, settle, slotsOf } from '../machine/promise.ts';
import type { Run } from './run.ts';
import { Cancellation, RUN, Scope } from './scope.ts';

/** How an effect has ended. */
export type EffectEnd =
  | { outcome: 'completed'; value: unknown }
  | { outcome: 'failed'; error: unknown }
  | { outcome: 'unknown' }
  | { outcome: 'not begun' };

/** Asks that a scope be cancelled. Its effects get `graceMs` to end. Asked again, it changes nothing. */
export function askToCancel(run: Run, number: number, reason: string | undefined, graceMs: number): void {
  const scope = scopeOf(run, number);
  if (scope.cancellation !== null) return;
  scope.cancellation = new Cancellation(reason);
  run.changedScopes.add(scope);
  run.toCancel.push({ scope, graceMs });
}

function scopeOf(run: Run, number: number): Scope {
  let scope = run.scopes.get(number);
  if (!scope && number === RUN) run.scopes.set(RUN, (scope = new Scope(RUN)));
  return scope!;
}

/** At rest: carries out what has been asked. Returns true if there is something to go on with. */
export function cancelAsked(run: Run): boolean {
  const asked = run.toCancel.splice(0);
  for (const { scope, graceMs } of asked) carryOut(run, scope, graceMs);
  return asked.length > 0;
}

function carryOut(run: Run, scope: Scope, graceMs: number): void {
  const { targets, outcomes } = scope.cancellation!;
  let waits = false;
  for (const [n, { document, to }] of run.requests) {
    if (to === null) continue;
    if ('effect' in document) {
      if (document.cancelled !== undefined) continue; // another cancellation waits for it
      if (!run.isNew(n)) {
        document.cancelled = scope.number;
        run.changedRequests.add(n);
        waits = true;
        continue;
      }
      outcomes.set(n, describe(run, document, { outcome: 'not begun' }));
    }
    targets.set(n, to);
    run.requests.delete(n);
  }
  if (waits) run.waitForEffects(scope.number, graceMs);
  else throwAt(run, scope);
}

/** An effect has ended: its outcome goes to who awaits it, or to the cancellation that has told it to stop. */
export function settleEffect(run: Run, n: number, end: EffectEnd): void {
  const pending = run.requests.get(n);
  if (!pending || !('effect' in pending.document)) return;
  const { document, to } = pending;
  if (document.cancelled !== undefined) {
    const scope = run.scopes.get(document.cancelled)!;
    keepOutcome(run, scope, n, document, to!, end);
    if (!effectsOf(run, scope).next().value) throwAt(run, scope);
  } else if (end.outcome === 'completed') {
    run.settle(n, false, end.value);
  } else if (end.outcome === 'failed') {
    run.settle(n, true, end.error);
  }
}

/** The effects have had their time: of those that are still under way nobody knows. */
export function stopWaiting(run: Run, number: number): void {
  const scope = run.scopes.get(number)!;
  for (const [n, { document, to }] of effectsOf(run, scope)) keepOutcome(run, scope, n, document as EffectRequest, to!, { outcome: 'unknown' });
  throwAt(run, scope);
}

function keepOutcome(run: Run, scope: Scope, n: number, document: EffectRequest, to: Frame | Promise, end: EffectEnd): void {
  const { targets, outcomes } = scope.cancellation!;
  outcomes.set(n, describe(run, document, end));
  targets.set(n, to);
  run.requests.delete(n);
  run.changedScopes.add(scope);
}

/** The effects that a cancellation waits for. */
function* effectsOf(run: Run, { number }: Scope) {
  for (const entry of run.requests) {
    const { document } = entry[1];
    if ('effect' in document && document.cancelled === number) yield entry;
  }
}

function throwAt(run: Run, scope: Scope): void {
  const cancellation = scope.cancellation!;
  const { reason, targets, outcomes } = cancellation;
  const effects = inOrder(outcomes).map(([, effect]) => effect);
  const error = new CancelledError(reason === undefined ? 'The run was cancelled' : `The run was cancelled: ${reason}`, reason, effects);
  cancellation.error = error;
  const waiting = inOrder(targets);
  targets.clear();
  outcomes.clear();
  run.changedScopes.add(scope);
  for (const [n, { document }] of run.requests) if ('cancelling' in document && document.cancelling === scope.number) run.requests.delete(n);
  for (const [, to] of waiting) {
    if (slotsOf(to)) settle(to as Promise, true, error);
    else resume(to as Frame, true, error);
  }
}

const inOrder = <T>(map: ReadonlyMap<number, T>): [number, T][] => [...map].sort(([a], [b]) => a - b);

function describe(run: Run, { effect, args }: EffectRequest, end: EffectEnd): CancelledEffect {
  // A copy: decoding takes the document apart.
  const values = fromDocument(JSON.parse(JSON.stringify(args)) as Json, run.program, 'args') as unknown[];
  return { name: effect.slice(effect.indexOf('#') + 1), args: values, ...end };
}
