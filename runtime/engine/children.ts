/**
 * Child runs: how they are asked for, what comes of them, and what becomes of them when their parent ends.
 *
 *     start ──the worker has started it──▶ child ──its end arrives in the inbox──▶ ended: its handle knows how
 *
 * A start is idempotent: the child's uid is made of the parent's and the number of the request. The child's end may arrive
 * before the answer to its start.
 *
 * When a run ends or a scope is cancelled, the children that were started there are told to stop, as their starts have said;
 * where they have said nothing, those that somebody awaits then. A cancellation waits for their ends as it does for effects.
 */
import { childHandle, endOf, keepEnd } from '../builtins/children.ts';
import { durationOption, wrongOptions } from '../builtins/options.ts';
import { fromDocument } from '../codec/border.ts';
import type { Decoder } from '../codec/decode.ts';
import { NO_ID, type ChildDocument, type ChildEnd, type Json, type RequestDocument, type StartRequest, type StateDocument, type TellRequest } from '../codec/format.ts';
import { text } from '../codec/parts.ts';
import type { RecordWriter } from '../codec/records.ts';
import { CorruptState, PerdureError } from '../errors.ts';
import { closureOf, type Env } from '../machine/frame.ts';
import { type Promise, settle, slotsOf } from '../machine/promise.ts';
import type { ChildOptions, Request } from '../machine/registers.ts';
import { resume } from '../machine/drive.ts';
import type { Scope } from '../machine/scope.ts';
import { checkedTags, isPriority, PRIORITIES } from './admission.ts';
import { checkRunId } from './run-id.ts';
import type { Run } from './run.ts';

export const CHILD_ENDS: readonly string[] = ['cancel', 'terminate', 'leave'] satisfies ChildEnd[];

export interface Child {
  readonly number: number;
  readonly id: string;
  readonly uid: string;
  readonly workflow: string;
  readonly cell: Env;
  readonly scope: Scope | null;
  readonly ends: ChildEnd | undefined;
  /** How it is being told to stop. */
  stopping: 'cancel' | 'terminate' | null;
  /** The scope whose cancellation wants to know its end. */
  cancelled: number | null;
}

// ——— Asked for ———

type Asked<K> = Extract<Request, { kind: K }>;

export function startDocument(run: Run, { workflow, args, options }: Asked<'start'>, at: number): StartRequest {
  const name = workflowName(run, workflow);
  const { id, whenParentEnds, deadline, priority, tags } = checkOptions(options);
  return {
    start: name,
    args: run.argumentsDocument(name, args),
    ...(typeof workflow === 'string' ? { named: true as const } : {}),
    ...(id === undefined ? {} : { id }),
    ...(whenParentEnds === undefined ? {} : { ends: whenParentEnds as ChildEnd }),
    ...(deadline === undefined ? {} : { deadline: durationOption('start_options', 'deadline', () => run.due(deadline)) }),
    ...(priority === undefined ? {} : { priority }),
    ...(tags === undefined ? {} : { tags }),
    to: NO_ID,
    at,
  };
}

/** `src/ship.wf.ts#ship`, for a workflow of the program itself. */
function workflowName(run: Run, workflow: unknown): string {
  if (typeof workflow === 'string' && workflow !== '') return workflow;
  const id = typeof workflow === 'function' ? closureOf(workflow)?.code.id : undefined;
  if (id === undefined || !run.program.isWorkflow(id)) throw new TypeError('start takes an exported async function, or the name of a workflow: module#name');
  return id;
}

/** What the store would refuse, or read as damage, is refused here: nothing has been asked for then. Throws TypeError, as a built-in does. */
function checkOptions(options: ChildOptions): ChildOptions & { tags?: Record<string, string> } {
  const { id, whenParentEnds, priority, tags, ...others } = options;
  for (const key of Object.keys(others)) if (key !== 'deadline') refuse(`start has no option ${key}; there are id, whenParentEnds, deadline, priority, tags`);
  if (id !== undefined) asTypeError(() => checkRunId(id));
  if (whenParentEnds !== undefined && !CHILD_ENDS.includes(whenParentEnds)) refuse(`whenParentEnds is one of ${CHILD_ENDS.join(', ')}`);
  if (priority !== undefined && !isPriority(priority)) refuse(`priority is ${PRIORITIES}`);
  return tags === undefined ? (options as ChildOptions & { tags?: never }) : { ...options, tags: asTypeError(() => checkedTags(tags)) };
}

function refuse(why: string): never {
  throw wrongOptions('start_options', why);
}

function asTypeError<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof PerdureError ? wrongOptions('start_options', error.message) : error;
  }
}

export function tellDocument(run: Run, { child, entry }: Asked<'tell'>, at: number): TellRequest {
  const told =
    'channel' in entry
      ? { channel: entry.channel, value: run.outgoing(entry.message, 'A message', 'message') }
      : { cancel: entry.reason === undefined ? {} : { reason: entry.reason } };
  return { tell: child.uid as string, entry: told, to: NO_ID, at };
}

/** Gives who asks for the end of a child that end, if it has come. */
export function answerEnd(run: Run, n: number, cell: Env): void {
  const end = endOf(cell);
  if (end !== undefined) run.settle(n, end.failed, end.value);
}

/** A start or something told: what must be done outside, and is waited for when it is cancelled. */
export const isWork = (document: RequestDocument): document is StartRequest | TellRequest => 'start' in document || 'tell' in document;

// ——— What comes of it ———

/** It has been started. Returns the child, if it was still asked for. */
export function childStarted(run: Run, n: number, id: string, uid: string): void {
  const pending = run.requests.get(n);
  if (!pending || !('start' in pending.document)) return;
  const { document, to, scope } = pending;
  run.remove(n);
  const { handle, env } = childHandle(n, id, uid, document.start);
  const child: Child = { number: n, id, uid, workflow: document.start, cell: env, scope, ends: document.ends, stopping: null, cancelled: null };
  run.children.set(n, child);
  run.changedChildren.add(n);
  if (isBound(child)) scope?.children.add(n);
  if (document.cancelled !== undefined) {
    // Nobody has it in hand, so nobody but the cancellation can end it.
    const cancelled = run.scopes.get(document.cancelled)!;
    cancelled.cancellation!.targets.set(n, { to, scope });
    run.changedScopes.add(cancelled);
    stopForCancellation(run, child, document.cancelled, document.ends ?? 'cancel');
  } else if (slotsOf(to!)) settle(to as Promise, false, handle);
  else resume(scope, to as never, false, handle);
  if (run.over !== null) endChildren(run);
}

const isBound = ({ ends }: Pick<Child, 'ends'>): boolean => ends === 'cancel' || ends === 'terminate';

/** Its end has come. Returns the cancellation that waited for it. */
export function childEnded(run: Run, n: number, outcome: { ok: Json } | { error: Json }): { child: Child; failed: boolean; value: unknown } | null {
  const child = run.children.get(n);
  if (!child) return null;
  forget(run, child);
  const failed = 'error' in outcome;
  const value = fromDocument(failed ? outcome.error : outcome.ok, run.program, 'the end of a child');
  keepEnd(child.cell, { failed, value });
  for (const [m, { document }] of run.requests) if ('result' in document && document.result === n) run.settle(m, failed, value);
  return { child, failed, value };
}

function forget(run: Run, { number, scope }: Child): void {
  run.children.delete(number);
  scope?.children.delete(number);
  run.changedChildren.add(number);
}

/** It has been told to stop. */
export function childTold(run: Run, n: number): void {
  const child = run.children.get(n);
  if (!child) return;
  child.stopping = null;
  run.changedChildren.add(n);
  if (run.over !== null) forget(run, child);
}

// ——— The end of the parent ———

/** What becomes of a child when the run ends or its scope is cancelled. */
const fateOf = (run: Run, { number, ends }: Child): ChildEnd => ends ?? (isAwaited(run, number) ? 'cancel' : 'leave');

const isAwaited = (run: Run, n: number): boolean => [...run.requests.values()].some(({ document }) => 'result' in document && document.result === n);

/** The children that a cancellation ends, told to stop. Returns whether there are any. */
export function stopChildren(run: Run, number: number, isIn: (scope: Scope | null) => boolean): boolean {
  let any = false;
  for (const child of run.children.values()) {
    if (!isIn(child.scope) || child.cancelled !== null) continue;
    const fate = fateOf(run, child);
    if (fate === 'leave') continue;
    stopForCancellation(run, child, number, fate);
    any = true;
  }
  return any;
}

function stopForCancellation(run: Run, child: Child, scope: number, how: ChildEnd): void {
  if (how === 'leave') return;
  child.cancelled = scope;
  child.stopping = how;
  run.changedChildren.add(child.number);
}

/** The workflow has ended: its children are told to stop, or let go. */
export function endChildren(run: Run): void {
  for (const child of [...run.children.values()]) {
    if (child.stopping !== null) continue;
    const fate = fateOf(run, child);
    if (fate === 'leave' || child.cancelled !== null) forget(run, child);
    else {
      child.stopping = fate;
      run.changedChildren.add(child.number);
    }
  }
}

/** What becomes of the children of a run that was ended from outside, by the requests that have started them. */
export function fatesOf({ children, requests }: StateDocument): (request: number) => ChildEnd {
  const awaited = new Set(Object.values(requests).flatMap((document) => ('result' in document ? [document.result] : [])));
  return (n) => {
    const child = children[n];
    if (child) return child.ends ?? (awaited.has(n) ? 'cancel' : 'leave');
    const request = requests[n];
    return request && 'start' in request ? (request.ends ?? 'cancel') : 'leave';
  };
}

// ——— Stored ———

export function writeChild(writer: RecordWriter, { id, uid, workflow, cell, scope, ends, stopping, cancelled }: Child): ChildDocument {
  return {
    id,
    uid,
    workflow,
    cell: writer.env(cell),
    ...(scope === null ? {} : { in: scope.number }),
    ...(ends === undefined ? {} : { ends }),
    ...(stopping === null ? {} : { stopping }),
    ...(cancelled === null ? {} : { cancelled }),
  };
}

export function readChild(decoder: Decoder, number: number, document: ChildDocument, path: string): Child {
  const { ends, stopping = null, cancelled = null } = document;
  const cell = decoder.env(document.cell, `${path}.cell`);
  if (!cell || !Number.isSafeInteger(number) || number < 1) throw new CorruptState(path, 'a child was expected');
  if (ends !== undefined && !CHILD_ENDS.includes(ends)) throw new CorruptState(`${path}.ends`, 'what becomes of a child was expected');
  if (stopping !== null && stopping !== 'cancel' && stopping !== 'terminate') throw new CorruptState(`${path}.stopping`, 'cancel or terminate was expected');
  if (cancelled !== null && decoder.scopes.get(cancelled)?.cancellation?.scope !== cancelled) throw new CorruptState(path, 'there is no such cancellation');
  const scope = document.in === undefined ? null : decoder.scope(document.in, `${path}.in`);
  const child: Child = {
    number,
    id: text(document.id, `${path}.id`),
    uid: text(document.uid, `${path}.uid`),
    workflow: text(document.workflow, `${path}.workflow`),
    cell,
    scope,
    ends,
    stopping,
    cancelled,
  };
  if (isBound(child)) scope?.children.add(number);
  return child;
}
