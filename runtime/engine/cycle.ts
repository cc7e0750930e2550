/**
 * One cycle: deliver what has arrived, run until everything waits, write down what has changed.
 *
 *     (state, arrivals) → (state', requests)
 *
 * Pure: nothing outside happens, and nothing blocks. A cycle either ends in a checkpoint or did not happen: a
 * fault leaves the run in memory unusable, to be dropped and restored from its last checkpoint.
 */
import { fromDocument } from '../codec/border.ts';
import { Unstorable } from '../codec/unstorable.ts';
import { CheckpointEncoder } from '../codec/checkpoint.ts';
import { outcomeDocument, type OutcomeDocument } from '../codec/outcome.ts';
import { FORMAT_VERSION, type DeltaDocument, type Json, type RequestDocument, type RunEnd, type StateDocument } from '../codec/format.ts';
import { CancelledError, CorruptState, Fault, PerdureError } from '../errors.ts';
import { metaOf } from '../heap/meta.ts';
import { begin as start, drain } from '../machine/drive.ts';
import { clearJobs } from '../machine/jobs.ts';
import { newPromise, type Promise, rejections, settle, slotsOf } from '../machine/promise.ts';
import { type Host, registers } from '../machine/registers.ts';
import { noteWaiting } from '../machine/stack.ts';
import { withStacks } from './stacks.ts';
import { makeQuestion } from '../builtins/question.ts';
import { askToCancel, cancelAsked, noteChildEnd, settleEffect, stopWaiting } from './cancellation.ts';
import { childEnded, childStarted, childTold, endChildren, isWork, writeChild, type Child } from './children.ts';
import type { Arrival } from './arrival.ts';
import type { CaptureDocument } from './capture.ts';
import { evaluateModules, type Start } from './evaluation.ts';
import { type Clock, Run } from './run.ts';
import { pathWithin, wayTo } from './path.ts';
import { RUN } from '../machine/scope.ts';
import { writeScope } from './scope-document.ts';
import { isOwnCancellation, runScope } from './scoping.ts';

export interface Checkpoint {
  delta: DeltaDocument;
  /** null: it asked for nothing. */
  capture: CaptureDocument | null;
  /** Requests made in this cycle and still under way, with their numbers. */
  requests: [number, RequestDocument][];
  /** Requests that were under way before and are not any more. */
  dropped: number[];
  /** How the workflow ended, if it ended in this cycle. */
  outcome: OutcomeDocument | null;
  /** Effects under way that are told to stop. */
  aborted: number[];
  /** Children that are to be told to stop. */
  stops: Child[];
  /** How the run is over: its workflow has ended, and no effect it asked for is under way. */
  ended: RunEnd | null;
  /** Bytes of stored records that this delta supersedes, roughly. */
  superseded: number;
}

/** Evaluates one cycle. Throws Fault; the run must then be dropped. */
export function evaluate(run: Run, arrivals: readonly Arrival[], time: Clock): Checkpoint {
  return withStacks(() => {
    const before = snapshot(run);
    run.begin(time);
    try {
      inRun(run, () => take(run, arrivals));
      return checkpointOf(run, before);
    } finally {
      registers.waiting = registers.waitsFor = null; // they would keep a run in memory
    }
  });
}

function take(run: Run, arrivals: readonly Arrival[]): void {
  for (const arrival of arrivals) {
    deliver(run, arrival);
    drain();
    if (run.started) {
      callWorkflow(run, run.started);
      drain();
    }
    while (run.scoping.settle()) drain();
  }
}

function checkpointOf(run: Run, before: Before): Checkpoint {
  try {
    return checkpoint(run, before);
  } catch (error) {
    throw error instanceof Unstorable ? unstorable(run, error) : error;
  }
}

/** Found when everything waits: the stack says where whoever holds the value does. */
function unstorable(run: Run, { code, value, message }: Unstorable): Fault {
  const { path, frame } = wayTo(run, value);
  const fault = new Fault(code, `${path}: ${message}`);
  noteWaiting(fault, frame);
  return fault;
}

/** Makes a run the one that programs talk to; `host` answers for it. */
export function inRun(run: Run, body: () => void, host: Host = run): void {
  registers.host = host;
  registers.scope = null;
  registers.fault = null;
  registers.direct = false;
  registers.failed = false;
  registers.waiting = registers.waitsFor = null;
  rejections.unhandled = (promise) => {
    // A cancellation is thrown at all that waits, also where nobody listens; that fails nothing.
    if (!isOwnCancellation(run, slotsOf(promise)!.value)) run.rejected.add(promise);
  };
  rejections.handled = (promise) => run.rejected.delete(promise);
  run.program.enter(run.envs);
  try {
    body();
    if (registers.fault !== null) throw registers.fault;
  } catch (error) {
    clearJobs();
    throw registers.fault ?? error;
  } finally {
    registers.host = null;
    registers.value = undefined;
  }
}

function deliver(run: Run, arrival: Arrival): void {
  switch (arrival.kind) {
    case 'start': {
      run.program.workflow(arrival.workflow);
      if (!mayBegin(run, arrival.deadline)) return;
      evaluateModules(run, arrival.workflow, fromDocument(arrival.args, run.program, 'args') as unknown[]);
      return;
    }
    case 'result':
      if (arrival.mail !== undefined) run.mail = arrival.mail;
      settleEffect(run, arrival.request, { outcome: 'completed', value: fromDocument(arrival.value, run.program, 'result') });
      return;
    case 'failure':
      if (arrival.mail !== undefined) run.mail = arrival.mail;
      settleEffect(run, arrival.request, { outcome: 'failed', error: fromDocument(arrival.error, run.program, 'error') });
      return;
    case 'aborted':
      if (arrival.mail !== undefined) run.mail = arrival.mail;
      settleEffect(run, arrival.request, { outcome: arrival.begun ? 'unknown' : 'not begun' });
      return;
    case 'started':
      if (arrival.mail !== undefined) run.mail = arrival.mail;
      childStarted(run, arrival.request, arrival.id, arrival.uid);
      return;
    case 'ended': {
      run.mail = arrival.mail;
      childStarted(run, arrival.request, arrival.id, arrival.uid);
      const end = childEnded(run, arrival.request, arrival.outcome);
      if (end) noteChildEnd(run, end.child, end.failed ? { outcome: 'failed', error: end.value } : { outcome: 'completed', value: end.value });
      return;
    }
    case 'told':
      if (arrival.mail !== undefined) run.mail = arrival.mail;
      childTold(run, arrival.request);
      return;
    case 'cancel':
      run.mail = arrival.mail;
      askToCancel(run, runScope(run), arrival.reason, arrival.graceMs);
      return;
    case 'timer':
      fire(run, arrival.request);
      return;
    case 'retry':
      run.mail = arrival.mail;
      return;
    case 'unheard':
      return;
    case 'message': {
      run.mail = arrival.mail;
      const { channel, key, ask } = arrival;
      const value = fromDocument(arrival.value, run.program, 'message');
      run.message(channel, ask ? makeQuestion(channel, key!, value) : value);
    }
  }
}

/** The modules are evaluated, and what they have left behind in the job queue is done. */
function callWorkflow(run: Run, { workflow, args }: Start): void {
  run.started = null;
  run.main = start(run.program.workflow(workflow).frame(undefined, undefined, undefined, ...args));
}

function fire(run: Run, n: number): void {
  const pending = run.requests.get(n);
  if (!pending) return;
  const { document } = pending;
  // The run's own clock has reached the moment it waited for.
  const due = 'sleep' in document ? document.sleep : 'until' in document ? (document.until ?? 0) : 0;
  run.clock = Math.max(run.clock, due);
  if ('cancelling' in document) stopWaiting(run, document.cancelling);
  else if ('cancels' in document) timeOut(run, n, document.cancels, document.reason);
  else run.settle(n, false, undefined);
}

/** A run that was cancelled before it began, or whose deadline has passed, never begins. */
function mayBegin(run: Run, deadline: number | undefined): boolean {
  if (deadline !== undefined && run.cancelled === null) {
    if (!Number.isFinite(deadline)) throw new CorruptState('log.0', 'a deadline is a number');
    if (!run.hasReached(deadline)) run.cancelAt(RUN, deadline, DEADLINE);
    else {
      askToCancel(run, runScope(run), DEADLINE, 0);
      cancelAsked(run);
    }
  }
  if (run.cancelled === null) return true;
  run.main = newPromise();
  settle(run.main, true, run.cancelled);
  return false;
}

const DEADLINE = 'its deadline has passed';

/** A scope has taken too long. */
function timeOut(run: Run, n: number, number: number, reason: string): void {
  run.remove(n);
  const scope = number === RUN ? runScope(run) : run.scopes.get(number);
  if (!scope || scope.cancellation !== null) return;
  if (number !== RUN) {
    scope.timer = 0;
    scope.timedOut = reason;
  }
  askToCancel(run, scope, number === RUN ? reason : `it took longer than ${reason}`, scope.graceMs);
}

// ——— The checkpoint ———

/** What a checkpoint is compared with. Its size is that of the change: a run may wait for ten thousand effects at once. */
interface Before {
  next: number;
  mail: number;
  clock: number;
  main: Promise | null;
  /** How many there were; they only come. */
  channels: number;
}

const snapshot = (run: Run): Before => ({
  next: run.heap.nextId,
  mail: run.mail,
  clock: run.clock,
  main: run.main,
  channels: run.channels.size,
});

function checkpoint(run: Run, before: Before): Checkpoint {
  const encoder = new CheckpointEncoder(run.heap, run.program);
  const delta: DeltaDocument = {};
  if (before.main === null) {
    delta.v = FORMAT_VERSION;
    const modules = modulesDocument(run, encoder);
    if (Object.keys(modules).length > 0) delta.modules = modules;
  }
  if (run.main !== before.main) delta.main = encoder.value(run.main);
  const made: [number, RequestDocument][] = [];
  const aborted = run.changedRequests.size === 0 ? [] : [...run.changedRequests].filter((n) => 'effect' in (run.requests.get(n)?.document ?? {}));
  const dropped = run.droppedRequests;
  for (const n of dropped) (delta.requests ??= {})[n] = null;
  const write = (n: number): void => {
    const pending = run.requests.get(n);
    if (!pending) return;
    const { document, to } = pending;
    if (to !== null) document.to = encoder.continuationId(to);
    (delta.requests ??= {})[n] = document;
    if (run.isNew(n)) made.push([n, document]);
  };
  for (const n of run.changedRequests) if (!run.isNew(n)) write(n);
  for (let n = run.lastBefore + 1; n <= run.last; n++) write(n);
  for (const scope of run.changedScopes) {
    if (!scope.closed) (delta.scopes ??= {})[scope.number] = writeScope(encoder, scope);
    else if (!run.isNew(scope.number)) (delta.scopes ??= {})[scope.number] = null;
  }
  if (run.channels.size > before.channels) {
    for (const [name, buffer] of [...run.channels].slice(before.channels)) (delta.channels ??= {})[name] = encoder.value(buffer);
  }
  encoder.writeChanges();
  const outcome = outcomeOf(run);
  if (outcome !== null) endChildren(run);
  for (const n of run.changedChildren) {
    const child = run.children.get(n);
    (delta.children ??= {})[n] = child ? writeChild(encoder, child) : null;
  }
  writeRejected(run, encoder, delta);
  encoder.writeReached();
  encoder.forgetUnreached();
  for (const meta of run.heap.changed) meta.settled();
  run.heap.changed.length = 0;

  const { put, edit } = encoder;
  if (put !== null) delta.put = put;
  if (edit !== null) delta.edit = edit;
  if (run.heap.nextId !== before.next && !(put !== null && Object.hasOwn(put, run.heap.nextId - 1))) delta.next = run.heap.nextId;
  if (run.mail !== before.mail) delta.mail = run.mail;
  if (run.clock !== before.clock) delta.clock = run.clock;
  if (run.last !== run.lastBefore && made.at(-1)?.[0] !== run.last) delta.last = run.last;
  if (outcome !== null) delta.over = run.over!;
  if (run.replies.length > 0) delta.replies = run.replies;
  return {
    delta,
    capture: run.capture.document,
    requests: made,
    dropped,
    outcome,
    aborted,
    stops: run.changedChildren.size === 0 ? [] : stopping(run),
    ended: hasEnded(run) ? run.over : null,
    superseded: encoder.superseded,
  };
}

const stopping = (run: Run): Child[] =>
  [...run.changedChildren].map((n) => run.children.get(n)).filter((child) => child !== undefined && child.stopping !== null) as Child[];

/** Its workflow has ended, and nothing that must be done outside is under way. */
const hasEnded = (run: Run): boolean =>
  run.over !== null &&
  ![...run.requests.values()].some(({ document }) => 'effect' in document || isWork(document)) &&
  ![...run.children.values()].some(({ stopping }) => stopping !== null);

function modulesDocument(run: Run, encoder: CheckpointEncoder): Record<string, Json> {
  const out: Record<string, Json> = {};
  for (const [id, env] of run.envs) if (Object.keys(env).length > 2) out[id] = encoder.env(env);
  return out;
}

/**
 * How the workflow ended, if it just did: it returned or threw, it failed by a rejection that nobody will ever
 * listen to, or it waits for something that cannot happen.
 */
function outcomeOf(run: Run): OutcomeDocument | null {
  if (run.over !== null) return null;
  if (run.main) run.rejected.delete(run.main);
  const unheard = run.rejected.size === 0 ? undefined : [...run.rejected].find((promise) => isUnheard(run, promise));
  const settled = run.outcome;
  if (settled === null && unheard === undefined && run.isWaiting) return null;
  const { failed, value } = unheard ? { failed: true, value: slotsOf(unheard)!.value } : (settled ?? { failed: true, value: run.cancelled ?? stuck() });
  run.over = !failed ? 'completed' : run.cancelled !== null && value instanceof CancelledError ? 'cancelled' : 'failed';
  return outcomeDocument(failed, value, run.program, (target) => pathWithin(value, 'the result', target));
}

/** The error of a deadlock. Its stack says what has begun to wait in this cycle, the last of it. */
function stuck(): PerdureError {
  const error = deadlock();
  const { waiting, waitsFor } = registers;
  if (waitsFor !== null && slotsOf(waitsFor)!.state === 'pending') noteWaiting(error, waiting);
  return error;
}

/** Plain Node would just exit here, with the promise pending. */
export const deadlock = (): PerdureError =>
  new PerdureError(
    'deadlock',
    'The workflow waits for a promise that can never settle: no effect, timer or message is under way.',
  );

/**
 * A rejected promise that the checkpoint has not reached is young and held by nobody, so nobody can ever listen:
 * it fails the run, as it fails a Node process. One that is held may still be listened to, until the workflow
 * ends.
 */
const isUnheard = (run: Run, promise: Promise): boolean =>
  metaOf(promise) === undefined || run.outcome !== null || run.unheard.has(promise);

function writeRejected(run: Run, encoder: CheckpointEncoder, delta: DeltaDocument): void {
  if (run.rejected.size === 0 && !run.hadRejected) return;
  delta.rejected = [...run.rejected].map((promise) => encoder.value(promise));
  run.hadRejected = run.rejected.size > 0;
}

/** The full state of a run between two cycles. */
export function image(run: Run): StateDocument {
  const encoder = new CheckpointEncoder(run.heap, run.program, true);
  const requests: Record<string, RequestDocument> = {};
  for (const [n, { document, to }] of run.requests) requests[n] = { ...document, to: to && encoder.continuationId(to) } as RequestDocument;
  const channels: Record<string, Json> = {};
  for (const [name, buffer] of run.channels) channels[name] = encoder.value(buffer);
  const state: StateDocument = {
    v: FORMAT_VERSION,
    next: 0,
    mail: run.mail,
    clock: run.clock,
    last: run.last,
    modules: modulesDocument(run, encoder),
    main: encoder.value(run.main),
    by: run.by,
    requests,
    channels,
    rejected: [],
    scopes: Object.fromEntries([...run.scopes.values()].map((scope) => [scope.number, writeScope(encoder, scope)])),
    children: Object.fromEntries([...run.children.values()].map((child) => [child.number, writeChild(encoder, child)])),
    over: run.over,
    heap: {},
  };
  encoder.writeReached();
  // Rejections that only this list holds: nobody can listen to them any more.
  for (const promise of run.rejected) if (!encoder.reached(promise)) run.unheard.add(promise);
  state.rejected = [...run.rejected].map((promise) => encoder.value(promise));
  encoder.writeReached();
  encoder.forgetUnreached();
  state.heap = encoder.put ?? {};
  state.next = run.heap.nextId;
  return state;
}
