/**
 * A run in memory: its heap, its module Envs, what it waits for. Everything here is either stored or derived
 * from what is stored.
 *
 * A run is a pure function of its past: `cycle.ts` delivers arrivals and lets it go until everything waits.
 * What it asks for in between lands in `requests`; nothing outside happens.
 */
import { toDocument } from '../codec/border.ts';
import { errorDocument } from '../codec/outcome.ts';
import { classify } from '../codec/classify.ts';
import { emptyState } from '../codec/fold.ts';
import { Decoder } from '../codec/decode.ts';
import { Unstorable } from '../codec/unstorable.ts';
import { checkFormat, NO_ID, type Json, type ReplyDocument, type RequestDocument, type RunEnd, type StateDocument } from '../codec/format.ts';
import { type CancelledError, CorruptState, Fault } from '../errors.ts';
import { Heap } from '../heap/heap.ts';
import { type Kind, metaOf } from '../heap/meta.ts';
import { touchCall, touchWhole } from '../heap/touch.ts';
import { durationMs } from '../builtins/duration.ts';
import type { Env, Frame } from '../machine/frame.ts';
import { type Promise, settle, slotsOf } from '../machine/promise.ts';
import { resume } from '../machine/drive.ts';
import { type Answer, type Host, raise, registers, type Request } from '../machine/registers.ts';
import { RUN, type Scope } from '../machine/scope.ts';
import { answerEnd, type Child, readChild, startDocument, tellDocument } from './children.ts';
import type { Start } from './evaluation.ts';
import { formatLine } from './console.ts';
import { Capture } from './capture.ts';
import { pathWithin } from './path.ts';
import type { Program } from './program.ts';
import { fillScopes, makeScopes } from './scope-document.ts';
import { Scoping } from './scoping.ts';

/** The last moment that a Date can be, and so the last that anything waits for. */
const LAST_MOMENT = 8.64e15;

/** The time, for a cycle. */
export interface Clock {
  /** ms since 1970 by the database's clock, as well as we know it. */
  now(): number;
  /** A moment that the database's clock has surely reached when this cycle is committed: timers count from it. */
  latest(): number;
}

/** What a run waits for: the stored document, and who gets the outcome; null: the engine itself. */
export interface Pending {
  document: RequestDocument;
  to: Frame | Promise | null;
  /** Where it was asked for; null: the run itself. */
  scope: Scope | null;
}

const ENDS: readonly (RunEnd | null)[] = [null, 'completed', 'failed', 'cancelled', 'terminated'];

export class Run implements Host {
  readonly program: Program;
  readonly heap: Heap;
  readonly envs: Map<string, Env>;
  readonly requests = new Map<number, Pending>();
  readonly channels = new Map<string, unknown[]>();
  /** Rejected promises that nobody listens to, in order of rejection. */
  readonly rejected = new Set<Promise>();
  /** The last checkpoint lists some. */
  hadRejected = false;
  /** Those of them that nobody can listen to any more, as an image's mark has found. */
  readonly unheard = new Set<Promise>();
  main: Promise | null = null;
  /** The worker that has claimed effects last. */
  by = '';
  /** Its modules are evaluated: the workflow is called before the cycle ends. */
  started: Start | null = null;
  /** How the workflow has ended. Effects it asked for may still be under way. */
  over: RunEnd | null = null;
  /** By number: those that are open, and the run itself once it is cancelled. */
  readonly scopes: Map<number, Scope>;
  readonly scoping = new Scoping(this);
  /** What this cycle has changed in them, and in requests that were there before. */
  readonly changedScopes = new Set<Scope>();
  readonly changedRequests = new Set<number>();
  /** Requests of before that this cycle has taken out. */
  droppedRequests: number[] = [];
  /** By the request that has started them, until they have ended. */
  readonly children = new Map<number, Child>();
  readonly changedChildren = new Set<number>();
  /** Cancellations that have been asked for and that nobody has carried out. */
  readonly toCancel: { scope: Scope; graceMs: number }[] = [];
  /** What this cycle has answered. */
  replies: ReplyDocument[] = [];
  /** The last request of the cycle before. */
  lastBefore = 0;
  last = 0;
  mail = 0;
  clock = 0;
  capture = new Capture();
  private time: Clock;

  private constructor(program: Program, heap: Heap, envs: Map<string, Env>, scopes: Map<number, Scope>) {
    this.scopes = scopes;
    this.program = program;
    this.heap = heap;
    this.envs = envs;
    this.time = { now: () => 0, latest: () => 0 };
  }

  /** A run that has not begun: its first cycle runs the top level of its modules and calls the workflow. */
  static fresh(program: Program, { mail, clock, last }: Pick<StateDocument, 'mail' | 'clock' | 'last'> = emptyState()): Run {
    return Object.assign(new Run(program, new Heap(), program.freshEnvs(), new Map()), { mail, clock, last });
  }

  /** Restores a run from its state. */
  static restore(program: Program, state: StateDocument): Run {
    return CorruptState.guard(
      () => '',
      () => Run.read(program, state),
    );
  }

  private static read(program: Program, state: StateDocument): Run {
    checkFormat(state.v, 'state');
    if (!Number.isSafeInteger(state.next) || state.next < 1) throw new CorruptState('next', 'a positive number was expected');
    for (const name of ['mail', 'last', 'clock'] as const) {
      if (!Number.isFinite(state[name]) || state[name] < 0) throw new CorruptState(name, 'a number was expected');
    }
    const heap = new Heap(state.next);
    const scopes = makeScopes(state.scopes);
    const decoder = new Decoder(state.heap, heap, program, scopes);
    decoder.decode();
    fillScopes(decoder, state.scopes);
    // The next object must not get the id of another.
    for (const id of Object.keys(state.heap)) if (Number(id) >= state.next) throw new CorruptState('next', `there is an object ${id} already`);
    const envs = program.freshEnvs();
    for (const [id, json] of Object.entries(state.modules)) {
      if (!envs.has(id)) throw new CorruptState(`modules.${id}`, 'this program has no such module');
      const env = decoder.env(json, `modules.${id}`);
      if (env) envs.set(id, env);
    }
    const run = new Run(program, heap, envs, scopes);
    run.scoping.resume();
    run.mail = state.mail;
    run.clock = state.clock;
    run.last = state.last;
    run.by = state.by;
    if (!ENDS.includes(state.over)) throw new CorruptState('over', 'an end of a run was expected');
    run.over = state.over;
    if (state.main !== null) {
      const main = decoder.value(state.main, 'main');
      if (!slotsOf(main)) throw new CorruptState('main', 'a promise was expected');
      run.main = main as Promise;
    }
    for (const [n, document] of Object.entries(state.requests)) {
      const path = `requests.${n}`;
      checkRequest(document, Number(n), state, path);
      const to = document.to === null ? null : decoder.continuation({ '@': document.to }, `${path}.to`);
      const scope = 'in' in document && document.in !== undefined ? decoder.scope(document.in, `${path}.in`) : null;
      run.requests.set(Number(n), { document, to, scope });
      scope?.requests.add(Number(n));
    }
    for (const [n, document] of Object.entries(state.children)) run.children.set(Number(n), readChild(decoder, Number(n), document, `children.${n}`));
    for (const [name, json] of Object.entries(state.channels)) {
      const messages = decoder.value(json, `channels.${name}`);
      if (!Array.isArray(messages)) throw new CorruptState(`channels.${name}`, 'an array was expected');
      run.channels.set(name, messages);
    }
    for (const [i, json] of state.rejected.entries()) {
      const promise = decoder.value(json, `rejected.${i}`);
      if (!slotsOf(promise)) throw new CorruptState(`rejected.${i}`, 'a promise was expected');
      run.rejected.add(promise as Promise);
      run.hadRejected = true;
    }
    return run;
  }

  /** Before a cycle. */
  begin(time: Clock): void {
    this.time = time;
    this.capture = new Capture();
    this.lastBefore = this.last;
    // To clear what is empty makes a new table.
    for (const changed of [this.changedScopes, this.changedRequests, this.changedChildren]) if (changed.size > 0) changed.clear();
    if (this.droppedRequests.length > 0) this.droppedRequests = [];
    if (this.replies.length > 0) this.replies = [];
  }

  /** Was it asked for in this cycle? Then nothing has come of it yet. */
  isNew(request: number): boolean {
    return request > this.lastBefore;
  }

  // ——— What the program asks for ———

  request(request: Request, to: Frame | Promise): void {
    const n = ++this.last;
    const document = this.document(request);
    const { scope } = registers;
    this.requests.set(n, { document, to, scope });
    if (scope !== null) {
      document.in = scope.number;
      scope.requests.add(n);
    }
    if (request.kind === 'receive') this.receive(n, request.channel);
    else if (request.kind === 'end') answerEnd(this, n, request.child);
  }

  private document(request: Request): Exclude<RequestDocument, { to: null }> {
    const at = this.time.now();
    switch (request.kind) {
      case 'effect':
        return { effect: request.name, args: this.argumentsDocument(request.name, request.args), to: NO_ID, at, by: null };
      case 'sleep':
        return { sleep: this.due(request.duration), to: NO_ID, at };
      case 'start':
        return startDocument(this, request, at);
      case 'tell':
        return tellDocument(this, request, at);
      case 'end':
        return { result: request.child.child as number, to: NO_ID, at };
      case 'receive': {
        const { channel, timeout, iterate } = request;
        return {
          receive: channel,
          ...(timeout === undefined ? {} : { until: this.due(timeout) }),
          ...(iterate ? { iterate: true as const } : {}),
          to: NO_ID,
          at,
        };
      }
    }
  }

  answer({ channel, key, failed, value }: Answer): void {
    const reply = failed ? { error: errorDocument(value, this.program) } : { ok: this.outgoing(value, `An answer in ${channel}`, 'answer') };
    this.replies.push({ channel, key, reply });
  }

  /** Lets a cancellation wait for the effects it has told to stop. */
  waitForEffects(scope: number, graceMs: number): void {
    this.ask({ cancelling: scope, until: this.due(graceMs), to: null, at: this.time.now() });
  }

  /** Lets a scope be cancelled when the time comes. Returns the number of the request. */
  cancelAt(scope: number, until: number, reason: string): number {
    return this.ask({ cancels: scope, until, reason, to: null, at: this.time.now() });
  }

  /** Has the database's clock surely reached a moment? */
  hasReached(moment: number): boolean {
    return this.time.now() >= moment;
  }

  private ask(document: RequestDocument): number {
    this.requests.set(++this.last, { document, to: null, scope: null });
    return this.last;
  }

  /** Takes a request out: it is settled, or nobody waits for it. */
  remove(n: number): void {
    this.requests.get(n)?.scope?.requests.delete(n);
    if (this.requests.delete(n) && !this.isNew(n)) this.droppedRequests.push(n);
  }

  /** Does it wait for anything that may still come? */
  get isWaiting(): boolean {
    for (const { document } of this.requests.values()) if (!('cancels' in document) || document.cancels !== RUN) return true;
    return false;
  }

  due(duration: number | string | Date): number {
    if (duration instanceof Date) {
      const time = duration.getTime();
      if (Number.isNaN(time)) throw new RangeError('Invalid Date is no moment to sleep until');
      return time;
    }
    return Math.min(this.time.latest() + durationMs(duration), LAST_MOMENT);
  }

  argumentsDocument(name: string, args: unknown[]): Json {
    return this.outgoing(args, `An argument of ${name}`, 'args');
  }

  /** A value that leaves the workflow; `path` is how a message calls it. */
  outgoing(value: unknown, what: string, path: string): Json {
    try {
      return toDocument(value, this.program);
    } catch (error) {
      if (!(error instanceof Unstorable)) throw error;
      return raise(new Fault(error.code, `${what} cannot leave the workflow: ${pathWithin(value, path, error.value)}: ${error.message}`));
    }
  }

  now(): number {
    this.clock = Math.max(this.clock, this.time.now());
    this.capture.now(this.clock);
    return this.clock;
  }

  random(): number {
    return this.capture.random();
  }

  randomUUID(): string {
    return this.capture.uuid();
  }

  print(level: string, args: unknown[]): void {
    this.capture.print(level, formatLine(args));
  }

  stamp(object: object): void {
    if (metaOf(object) !== undefined || this.program.nameOf(object) !== undefined) return;
    let kind: Kind;
    try {
      kind = classify(object);
    } catch (error) {
      // If a checkpoint reaches it, the fault is reported with the way to it.
      if (error instanceof Unstorable) return;
      throw error;
    }
    touchWhole(this.heap.promote(object, kind));
  }

  // ——— What arrives ———

  /** Gives a request its outcome. Returns false if there is no such request any more. */
  settle(n: number, failed: boolean, value: unknown): boolean {
    const pending = this.requests.get(n);
    if (!pending || pending.to === null) return false;
    this.remove(n);
    const { to, scope } = pending;
    if (!slotsOf(to)) resume(scope, to as Frame, failed, value);
    else {
      settle(to as Promise, failed, value);
      if (failed && scope !== null) this.scoping.failed(scope, to as Promise);
    }
    return true;
  }

  /** A message: to the first that waits for one, else into the channel's buffer. */
  message(channel: string, value: unknown): void {
    for (const [n, { document }] of this.requests) {
      if ('receive' in document && document.receive === channel) {
        this.settle(n, false, document.iterate ? { value, done: false } : value);
        return;
      }
    }
    const buffer = this.buffer(channel);
    this.touchBuffer(buffer, 'push', [value]);
    buffer.push(value);
  }

  private receive(n: number, channel: string): void {
    const buffer = this.channels.get(channel);
    if (!buffer || buffer.length === 0) return;
    this.touchBuffer(buffer, 'shift', []);
    const value = buffer.shift();
    const { document } = this.requests.get(n)!;
    this.settle(n, false, 'iterate' in document && document.iterate ? { value, done: false } : value);
  }

  private buffer(channel: string): unknown[] {
    let buffer = this.channels.get(channel);
    if (!buffer) {
      buffer = [];
      this.channels.set(channel, buffer);
    }
    return buffer;
  }

  private touchBuffer(buffer: unknown[], method: string, args: unknown[]): void {
    const meta = metaOf(buffer);
    if (meta !== undefined && meta.open) touchCall(meta, buffer, method, args);
  }

  /** What was thrown when the run was cancelled. */
  get cancelled(): CancelledError | null {
    return this.scopes.get(RUN)?.cancellation?.error ?? null;
  }

  /** The outcome of the workflow, if it has one. */
  get outcome(): { failed: boolean; value: unknown } | null {
    const slots = this.main && slotsOf(this.main);
    if (!slots || slots.state === 'pending') return null;
    return { failed: slots.state === 'rejected', value: slots.value };
  }
}

function checkRequest(document: RequestDocument, n: number, { last, scopes }: StateDocument, path: string): void {
  if (!Number.isSafeInteger(n) || n < 1 || n > last) throw new CorruptState(path, 'it has not been made yet');
  const { effect, by, sleep, receive, until, cancelling, cancels, cancelled, to, start, tell, result } = document as unknown as Record<string, unknown>;
  const isOurs = typeof cancelling === 'number' || typeof cancels === 'number';
  const isTimed =
    typeof sleep === 'number' ||
    (typeof receive === 'string' && (until === undefined || typeof until === 'number')) ||
    (isOurs && typeof until === 'number');
  const isOfChild = typeof start === 'string' || typeof tell === 'string' || typeof result === 'number';
  const isEffect = typeof effect === 'string' && (by === null || typeof by === 'string');
  if ((!isEffect && !isTimed && !isOfChild) || isOurs !== (to === null)) throw new CorruptState(path, 'a request was expected');
  for (const scope of [cancelling, cancelled]) {
    if (scope !== undefined && scopes[String(scope)]?.cancel === undefined) throw new CorruptState(path, 'there is no such cancellation');
  }
}
