/**
 * Cancelling a scope, or the run: what waits for something else than the scope itself is told to wait no longer.
 *
 *     ask ──at rest──▶ carry out ──effects under way──▶ wait for them ──all have ended, or time is up──▶ throw
 *                          └──────────────none──────────────────────────────────────────────────────────▶
 *
 * It is carried out when everything that can go on has gone on, so that every task stands at an await. Sleeps, receives and
 * timers are taken back at once; they, too, get the error only when the effects have ended, or else a
 * `Promise.race([charge(order), sleep('1 hour')])` would clean up before anybody knew whether money has moved. What is
 * asked for afterwards, by a `finally` or a compensation, is nobody's business here: a scope is cancelled once.
 *
 * A frame that awaits a promise gets the error if the promise has nothing to do with the scope, for then nobody else would
 * wake it. If it seems to end with the scope (it is that of a task, or what `Promise.all` makes of some), the frame goes on
 * as always. Should the promise not end after all, the frame gets the error when nothing else of the scope is under way.
 *
 * A scope in the cancelled one that has been cancelled before, and cleans up, is left alone; its result gives way to the error.
 */
import { fromDocument } from '../codec/border.ts';
import type { Json, RequestDocument } from '../codec/format.ts';
import { CancelledError, type CancelledEffect } from '../errors.ts';
import { addDownstream } from '../machine/downstream.ts';
import { resume } from '../machine/drive.ts';
import type { Frame } from '../machine/frame.ts';
import { awaitingIn, type Promise, settle, slotsOf, stopAwaiting } from '../machine/promise.ts';
import { Cancellation, RUN, type Scope, type Target } from '../machine/scope.ts';
import { type Child, isWork, stopChildren } from './children.ts';
import type { Pending, Run } from './run.ts';

/** How an effect has ended. */
export type EffectEnd =
  | { outcome: 'completed'; value: unknown }
  | { outcome: 'failed'; error: unknown }
  | { outcome: 'unknown' }
  | { outcome: 'not begun' };

/** Asks that a scope be cancelled. Its effects get `graceMs` to end. Asked again, it changes nothing. */
export function askToCancel(run: Run, scope: Scope, reason: string | undefined, graceMs: number): void {
  if (scope.cancellation !== null) return;
  scope.cancellation = new Cancellation(scope.number, reason);
  run.changedScopes.add(scope);
  run.toCancel.push({ scope, graceMs });
}

/** At rest: carries out what has been asked. Returns true if there is something to go on with. */
export function cancelAsked(run: Run): boolean {
  const asked = run.toCancel.splice(0);
  for (const { scope, graceMs } of asked) if (!scope.closed) carryOut(run, scope, graceMs);
  return asked.length > 0;
}

function carryOut(run: Run, scope: Scope, graceMs: number): void {
  const cancellation = scope.cancellation!;
  const { affected, shielded } = reach(run, scope);
  cancellation.isCarriedOut = true;
  const stopped: object[] = [];
  let waits = stopChildren(run, scope.number, (of) => (of === null ? scope.number === RUN : affected.has(of)));
  for (const [n, { document, to, scope: of }] of requestsOf(run, scope, affected)) {
    if (to === null) continue;
    if ('effect' in document || isWork(document)) {
      if (document.cancelled !== undefined) continue; // another cancellation waits for it
      stopped.push(to);
      if (!run.isNew(n)) {
        document.cancelled = scope.number;
        run.changedRequests.add(n);
        waits = true;
        continue;
      }
      cancellation.outcomes.set(n, describe(run, document, { outcome: 'not begun' }));
    }
    stopped.push(to);
    cancellation.targets.set(n, { to, scope: of });
    run.remove(n);
  }
  stopFrames(cancellation, affected, [...stopped, ...shielded.map(({ to }) => to!)]);
  if (waits) run.waitForEffects(scope.number, graceMs);
  else throwAt(run, scope);
}

/** The scopes in a cancelled one that are cancelled with it, itself included; and those that go on cleaning up. */
function reach(run: Run, scope: Scope): { affected: Set<Scope>; shielded: Scope[] } {
  const cancellation = scope.cancellation!;
  const affected = new Set([scope]);
  const shielded: Scope[] = [];
  const inside = (of: Scope): Iterable<Scope> =>
    of.number === RUN ? [...run.scopes.values()].filter(({ number, parent }) => number !== RUN && parent === null) : of.nested;
  for (const of of affected) {
    for (const nested of inside(of)) {
      run.changedScopes.add(nested);
      if (nested.cancellation === null) {
        nested.cancellation = cancellation;
        affected.add(nested);
      } else {
        nested.outer ??= cancellation;
        shielded.push(nested);
      }
    }
  }
  return { affected, shielded };
}

function requestsOf(run: Run, scope: Scope, affected: Set<Scope>): [number, Pending][] {
  if (scope.number === RUN) return [...run.requests].filter(([, { scope: of }]) => of === null || affected.has(of));
  return [...affected].flatMap(({ requests }) => [...requests].map((n): [number, Pending] => [n, run.requests.get(n)!]));
}

/** Takes back the awaits of promises that do not end with the scope. `ending` is what does. */
function stopFrames(cancellation: Cancellation, affected: Set<Scope>, ending: object[]): void {
  const found = new Set<object>();
  for (const { to } of affected) if (to !== null) found.add(to);
  for (const object of ending) if (slotsOf(object)) found.add(object);
  const waits = [...affected].flatMap((scope) => [...scope.waiting].map((promise) => ({ scope, promise })));
  const frames = waits.flatMap(({ scope, promise }) => awaitingIn(scope, promise).flatMap(({ to }) => (to === null ? [] : [to])));
  addDownstream([...found, ...ending, ...frames], found);
  for (const { scope, promise } of waits) {
    if (found.has(promise)) cancellation.late.push(promise);
    else cancellation.frames.push(...takeAwaiting(scope, promise));
  }
}

function takeAwaiting(scope: Scope, promise: Promise): Target[] {
  const targets = awaitingIn(scope, promise);
  stopAwaiting(scope, promise);
  return targets;
}

/** An effect has ended: its outcome goes to who awaits it, or to the cancellation that has told it to stop. */
export function settleEffect(run: Run, n: number, end: EffectEnd): void {
  const pending = run.requests.get(n);
  if (!pending || !('effect' in pending.document || isWork(pending.document))) return;
  const { cancelled } = pending.document;
  if (cancelled !== undefined) {
    const scope = run.scopes.get(cancelled)!;
    keepOutcome(run, scope, n, pending, end);
    throwIfTold(run, scope);
  } else if (end.outcome === 'completed') {
    run.settle(n, false, end.value);
  } else if (end.outcome === 'failed') {
    run.settle(n, true, end.error);
  }
}

/** A child has ended: its cancellation may have waited for that. */
export function noteChildEnd(run: Run, { number, workflow, id, cancelled }: Child, end: EffectEnd): void {
  if (cancelled === null) return;
  const scope = run.scopes.get(cancelled)!;
  scope.cancellation!.outcomes.set(number, { name: shortName(workflow), run: id, args: [], ...end });
  run.changedScopes.add(scope);
  throwIfTold(run, scope);
}

/** The effects have had their time: of those that are still under way nobody knows. */
export function stopWaiting(run: Run, number: number): void {
  const scope = run.scopes.get(number)!;
  for (const [n, pending] of run.requests) if (isStopped(pending, scope)) keepOutcome(run, scope, n, pending, { outcome: 'unknown' });
  for (const child of run.children.values()) {
    if (child.cancelled !== number) continue;
    scope.cancellation!.outcomes.set(child.number, { name: shortName(child.workflow), run: child.id, args: [], outcome: 'unknown' });
    child.cancelled = null;
    run.changedChildren.add(child.number);
  }
  throwAt(run, scope);
}

function keepOutcome(run: Run, { cancellation, number }: Scope, n: number, { document, to, scope }: Pending, end: EffectEnd): void {
  const { targets, outcomes } = cancellation!;
  outcomes.set(n, describe(run, document, end));
  targets.set(n, { to: to!, scope });
  run.remove(n);
  run.changedScopes.add(run.scopes.get(number)!);
}

const isStopped = ({ document }: Pending, { number }: Scope): boolean => 'cancelled' in document && document.cancelled === number;

/** When all that was told to stop has ended, the error is thrown. */
function throwIfTold(run: Run, scope: Scope): void {
  if ([...run.requests.values()].some((pending) => isStopped(pending, scope))) return;
  if ([...run.children.values()].some(({ cancelled }) => cancelled === scope.number)) return;
  throwAt(run, scope);
}

function throwAt(run: Run, scope: Scope): void {
  const cancellation = scope.cancellation!;
  const { reason, targets, frames, results, outcomes } = cancellation;
  const effects = inOrder(outcomes).map(([, effect]) => effect);
  const what = scope.number === RUN ? 'The run was cancelled' : 'Cancelled';
  const error = new CancelledError(reason === undefined ? what : `${what}: ${reason}`, reason, effects);
  cancellation.error = error;
  const waiting = [...inOrder(targets).map(([, target]) => target), ...frames];
  targets.clear();
  outcomes.clear();
  cancellation.frames = [];
  cancellation.results = [];
  run.changedScopes.add(scope);
  for (const [n, { document }] of run.requests) if ('cancelling' in document && document.cancelling === scope.number) run.remove(n);
  for (const target of waiting) throwTo(run, target, error);
  for (const promise of results) settle(promise, true, error);
}

function throwTo(run: Run, { to, scope }: Target, error: CancelledError): void {
  if (to === null) run.scoping.bodyEnded(scope!, true, error);
  else if (slotsOf(to)) settle(to as Promise, true, error);
  else resume(scope, to as Frame, true, error);
}

/**
 * At rest: where nothing of a cancelled scope is under way any more but awaits of promises that should have ended, those get
 * the error. Returns true if there are any.
 */
export function throwLate(run: Run): boolean {
  let any = false;
  for (const scope of [...run.scopes.values()]) {
    const { cancellation } = scope;
    if (cancellation === null || cancellation.scope !== scope.number || cancellation.error === null || cancellation.late.length === 0) continue;
    if (isUnderWay(run, scope)) continue;
    const late = new Set(cancellation.late);
    cancellation.late = [];
    run.changedScopes.add(scope);
    for (const of of run.scopes.values()) {
      if (!isIn(of, scope)) continue;
      for (const promise of [...of.waiting].filter((p) => late.has(p))) {
        for (const target of takeAwaiting(of, promise)) {
          throwTo(run, target, cancellation.error);
          any = true;
        }
      }
    }
  }
  return any;
}

/** Has a scope, or one in it, asked for anything? */
const isUnderWay = (run: Run, scope: Scope): boolean =>
  scope.number === RUN ? run.isWaiting : [...run.scopes.values()].some((of) => isIn(of, scope) && of.requests.size > 0);

function isIn(scope: Scope | null, around: Scope): boolean {
  if (around.number === RUN) return true;
  for (let of = scope; of !== null; of = of.parent) if (of === around) return true;
  return false;
}

const inOrder = <T>(map: ReadonlyMap<number, T>): [number, T][] => [...map].sort(([a], [b]) => a - b);

function describe(run: Run, document: RequestDocument, end: EffectEnd): CancelledEffect {
  const args = 'args' in document ? document.args : [];
  const name = 'effect' in document ? shortName(document.effect) : 'start' in document ? `start ${shortName(document.start)}` : 'send';
  // A copy: decoding takes the document apart.
  return { name, args: fromDocument(JSON.parse(JSON.stringify(args)) as Json, run.program, 'args') as unknown[], ...end };
}

const shortName = (id: string): string => id.slice(id.indexOf('#') + 1);
