/**
 * A run that this worker holds.
 *
 *     resting ──arrival──▶ evaluating ──checkpoint──▶ committing ──committed──▶ resting
 *                              │                          │
 *                              │ fault                    │ lost: another worker has written this cycle
 *                              ▼                          ▼
 *                            parked                    dropped
 *
 * - Evaluation is synchronous and pure. Its checkpoint is committed; only then are its requests dispatched.
 * - What arrives while a commit is under way waits for the next cycle.
 * - A run that rests with no effect under way is released after a while: nothing of it stays in memory.
 * - A dropped run's effects go on. Their outcomes go to the inbox: whoever holds the run now will find them.
 */
import { nextHash } from '../chain.ts';
import { writeDocument, type EffectRequest, type RequestDocument } from '../codec/format.ts';
import { Fault } from '../errors.ts';
import { arrivalOf, causeOf, isAnswer, lastMail } from './arrivals.ts';
import { reasonText } from './reason.ts';
import { readCause, readCauses, type Arrival } from '../engine/arrival.ts';
import { evaluate, type Checkpoint } from '../engine/cycle.ts';
import type { InboxEntry } from '../engine/inbox.ts';
import type { Program } from '../engine/program.ts';
import { Run } from '../engine/run.ts';
import { dueTimers, nextTimer } from '../engine/timers.ts';
import type { History } from '../engine/history.ts';
import { host } from '../host.ts';
import type { Begun, ClaimedRun } from '../store/runs.ts';
import type { Commit } from '../store/log.ts';
import { StoreError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import type { Children } from './children.ts';
import type { Author, Committer } from './committer.ts';
import type { DatabaseClock } from './clock.ts';
import type { CallKey, EffectCall, EffectOutcome } from './effects/call.ts';
import type { Dispatcher } from './effects/dispatcher.ts';
import { CutShort, type Evaluator, type Job, Stopped } from './evaluator.ts';
import { Growth } from './growth.ts';
import { LOSSES_MAX, type OnTrial } from './trial.ts';

/** What a held run needs of its worker. */
export interface HeldContext {
  readonly store: Store;
  readonly committer: Committer;
  readonly dispatcher: Dispatcher;
  readonly children: Children;
  readonly evaluator: Evaluator;
  /** Throws Fault if a process that only tries the cycle does not survive it. */
  tryApart(what: OnTrial): Promise<void>;
  /** How large the state of a run may be. */
  readonly stateBytesMax: number;
  /** A run that is started here and then sleeps for longer, in ms, does so at once. */
  readonly sleepsAfterMs: number;
  readonly clock: DatabaseClock;
  worker(): string;
  /** May effects begin? Not while the worker closes. */
  mayBegin(): boolean;
  /** It is over, parked or lost: forget it. */
  dropped(held: HeldRun): void;
  /** A cycle of this program was stopped half-way. */
  stopped(program: Program): void;
  /** Something about its waiting has changed: timers, rest. */
  changed(held: HeldRun): void;
  /** What the store believes about who holds it is not certain. */
  uncertain(): void;
  /** The outcome of an effect made here, for whoever holds the run now. */
  undelivered(uid: string, outcome: InboxEntry): void;
  /** Is such an outcome of this run on its way to the inbox? Until it is there, only this process knows of it. */
  owes(uid: string): boolean;
  /** It has answered somebody. */
  replied(uid: string): void;
  /** Its workflow has ended, with this outcome; or it is parked. */
  ended(uid: string, outcome: string | null): void;
}

/** An effect under way. */
export interface PendingEffect {
  call: EffectCall;
  /** The worker that has claimed the first attempt; empty: none has. */
  by: string;
  /** It was told to stop. */
  cancelled: boolean;
}

/** A cycle that has been evaluated. */
interface Step {
  checkpoint: Checkpoint;
  commit: Commit;
}

export class HeldRun implements Job, Author {
  readonly uid: string;
  readonly id: string;
  readonly workflow: string;
  private readonly context: HeldContext;
  readonly program: Program;
  private readonly artifact: string;
  /** Another run has started it, and wants to know its end. */
  private readonly isChild: boolean;
  /** Workers have gone while they held it: the next cycle is tried in another process first. */
  private suspect: boolean;
  private readonly run: Run;
  /** Nothing of its program has been evaluated. */
  private isFresh: boolean;
  private readonly arrivals: Arrival[] = [];
  /** Room that is taken for effects of the cycle under way. */
  private reserved = 0;
  /** What the cycle under way takes in. */
  private inHand: Arrival[] = [];
  /** The same as the log shows it. */
  private cause = '';
  /** The cycle that is being committed. */
  private step: Step | null = null;
  /** Requests about which the store holds claims beyond the one in the log. */
  private readonly claimed = new Set<number>();
  /** Settled requests of which the store holds claims: a worker settled them that did not know of these. */
  private readonly stale = new Set<number>();
  private seq: number;
  private hash: Buffer;
  private readonly growth: Growth;
  private busy = false;
  /** The store is being told to let it sleep. */
  isReleasing = false;
  private pins = 0;
  private dropped = false;
  /** It leaves memory as soon as its cycle is committed. */
  private leaving = false;
  /** The last inbox entry that was taken in. */
  mailSeen: number;
  /** Since when it rests, by the monotonic clock. */
  restingSince = host.monotonic();

  constructor(context: HeldContext, identity: ClaimedRun, program: Program, history: History) {
    this.context = context;
    this.uid = identity.uid;
    this.id = identity.id;
    this.workflow = identity.workflow;
    this.program = program;
    this.artifact = identity.artifact;
    this.isChild = identity.parent !== null;
    this.suspect = identity.losses >= LOSSES_MAX;
    this.run = history.isFresh ? Run.fresh(program, history.state) : Run.restore(program, history.state);
    this.isFresh = history.isFresh;
    this.mailSeen = this.run.mail;
    this.seq = history.seq;
    this.hash = history.hash;
    this.growth = new Growth(history);
  }

  /** Takes something in; evaluates it as soon as nothing is being committed. */
  arrive(...arrivals: Arrival[]): void {
    if (this.dropped) return;
    this.arrivals.push(...arrivals);
    if (!this.busy) this.advance();
  }

  /** The outcome of an effect that this worker has made. */
  effectSettled(call: CallKey, outcome: EffectOutcome, hasClaims: boolean): void {
    if (hasClaims) this.claimed.add(call.request);
    this.arrive(arrivalOf(outcome, call.request));
  }

  /** The store holds claims of this request; if it is not under way any more, the next commit removes them. */
  hasClaims(request: number): void {
    if (this.run.requests.has(request)) this.claimed.add(request);
    else this.stale.add(request);
  }

  // ——— A cycle ———

  /** Begins a cycle if there is something to take in; else it rests. */
  private advance(): void {
    if (this.arrivals.length === 0 || this.dropped || this.leaving) {
      this.rest();
      return;
    }
    this.busy = true;
    this.inHand = this.arrivals.splice(0);
    // Before anything is delivered: that takes the documents apart.
    this.cause = causeOf(this.inHand);
    if (this.suspect) void this.tryFirst();
    else this.context.evaluator.add(this);
  }

  private rest(): void {
    this.inHand = [];
    this.cause = '';
    this.step = null;
    this.busy = false;
    if (this.leaving) this.leave();
    this.restingSince = host.monotonic();
    if (!this.dropped) this.context.changed(this);
  }

  private async tryFirst(): Promise<void> {
    try {
      await this.context.tryApart({ artifact: this.artifact, run: this.run, isFirst: this.isFresh, arrivals: writeDocument(this.inHand) });
    } catch (error) {
      this.failed(error);
      return;
    }
    this.context.evaluator.add(this);
  }

  evaluate(): Checkpoint {
    return evaluate(this.run, this.inHand, this.context.clock);
  }

  evaluated(checkpoint: Checkpoint): void {
    try {
      this.step = this.stepOf(checkpoint);
    } catch (error) {
      this.failed(error);
      return;
    }
    this.context.committer.commit(this.step.commit, this);
  }

  /** It cannot be tried, or not be evaluated, or what has come of it cannot be stored. The run in memory is not used any more. */
  failed(error: unknown): void {
    this.tellIfStopped(error);
    this.putBack();
    // The trial needs the store.
    if (error instanceof CutShort || error instanceof StoreError) {
      this.leave();
      this.giveUp();
    } else void this.park(error).then(() => this.giveUp());
  }

  committed(): void {
    const step = this.step!;
    this.step = null;
    this.carryOut(step);
    if (step.checkpoint.ended) this.rest();
    else this.advance();
  }

  lost(): void {
    this.putBack();
    this.context.uncertain();
    this.drop();
    this.giveUp();
  }

  refused(error: unknown): void {
    this.putBack();
    void this.park(new Fault('commit_refused', `The database refuses the checkpoint: ${(error as Error).message}`)).then(() => this.giveUp());
  }

  private tellIfStopped(error: unknown): void {
    if (error instanceof Stopped) this.context.stopped(this.program);
  }

  private giveUp(): void {
    this.giveRoomBack();
    this.rest();
  }

  /** The cycle did not happen, so its arrivals have not been taken in. */
  private putBack(): void {
    this.arrivals.unshift(...(readCauses(this.cause, `log.${this.seq + 1}`) as Arrival[]));
  }

  private stepOf(checkpoint: Checkpoint): Step {
    const { cause } = this;
    this.claimFirst(checkpoint);
    const delta = writeDocument(checkpoint.delta);
    this.growth.check(this.run, delta.length, this.context.stateBytesMax);
    const { capture, outcome, ended } = checkpoint;
    const settled = this.claimed.size + this.stale.size === 0 ? [] : [...checkpoint.dropped.filter((n) => this.claimed.has(n)), ...this.stale];
    const commit: Commit = {
      uid: this.uid,
      seq: this.seq + 1,
      prev: this.hash,
      hash: nextHash(this.hash, cause, delta),
      cause,
      delta,
      capture: capture && writeDocument(capture),
      worker: this.context.worker(),
      end: outcome || ended ? { status: ended, outcome: outcome && writeDocument(outcome) } : null,
      mail: lastMail(this.inHand),
      settled,
      replies: checkpoint.delta.replies?.map(({ reply, ...to }) => ({ ...to, reply: writeDocument(reply) })) ?? null,
    };
    return { checkpoint, commit };
  }

  /** The claims of first attempts ride in the log: this worker starts them as soon as they are committed. */
  private claimFirst({ requests, delta }: Checkpoint): void {
    const { dispatcher } = this.context;
    if (!this.context.mayBegin()) return;
    const effects = requests.filter((request): request is [number, EffectRequest] => 'effect' in request[1] && !dispatcher.waits(request[1].effect));
    this.reserved = dispatcher.reserve(effects.length);
    if (this.reserved === 0) return;
    const worker = this.context.worker();
    if (this.run.by !== worker) delta.by = this.run.by = worker;
    effects.length = this.reserved;
    for (const [n, document] of effects) {
      document.by = worker;
      delta.requests![n] = { ...document, by: undefined }; // in the log it is the delta's, or that of one before
    }
  }

  /** Its effects have begun, and so take room themselves, or will not: nothing came of the cycle. */
  giveRoomBack(): void {
    this.context.dispatcher.giveBack(this.reserved);
    this.reserved = 0;
  }

  /** Does what a step asks for, as it is stored. */
  private carryOut(step: Step): void {
    try {
      this.afterCommit(step);
    } catch (error) {
      // What of it was done is not known, but the store knows what there is to do: the run is loaded from there.
      this.leaving = true;
      host.raise(error);
    }
    this.giveRoomBack();
  }

  private afterCommit({ commit, checkpoint }: Step): void {
    const { context } = this;
    this.seq = commit.seq;
    this.isFresh = false;
    this.suspect = false;
    this.hash = commit.hash;
    this.growth.add(commit.delta.length, checkpoint.superseded);
    for (const n of commit.settled) {
      this.claimed.delete(n);
      this.stale.delete(n);
    }
    for (const [level, line] of checkpoint.capture?.console ?? []) host.print(level, [line]);
    context.dispatcher.drop(this.uid, checkpoint.dropped);
    context.dispatcher.abort(this.uid, checkpoint.aborted);
    for (const child of checkpoint.stops) context.children.end(this.uid, child);
    // Where the answer came too late, whoever holds the run now decides what has begun, by what this worker's old name has claimed.
    for (const [n, document] of this.dropped ? [] : checkpoint.requests) {
      if (!('effect' in document)) this.perform(n, document);
      else if (document.by !== null) context.dispatcher.first(this.callOf(n, document));
      else if (context.mayBegin()) context.dispatcher.ask(this.callOf(n, document));
    }
    if (commit.replies) context.replied(this.uid);
    if (commit.end?.outcome) {
      context.ended(this.uid, commit.end.outcome);
      if (this.isChild) context.children.tellParent(this.uid).catch(() => {}); // then a look does it
    }
    if (checkpoint.ended) this.drop();
    else this.writeImage();
  }

  /** Does what is neither an effect nor a wait. */
  private perform(n: number, document: RequestDocument): void {
    if ('start' in document) this.context.children.start({ uid: this.uid, program: { entry: this.program.entry, hash: this.artifact } }, n, document);
    else if ('tell' in document) this.context.children.tell(this.uid, n, document);
  }

  /** What a worker before this one was asked to do for children, and has perhaps not done. */
  resumeChildren(): void {
    for (const [n, { document }] of this.run.requests) if (this.awaits(n)) this.perform(n, document);
    for (const child of this.run.children.values()) if (child.stopping !== null) this.context.children.end(this.uid, child);
  }

  private callOf(request: number, document: EffectRequest): EffectCall {
    return { uid: this.uid, run: this.id, request, effect: document.effect, args: document.args, since: document.at };
  }

  private writeImage(): void {
    const text = this.growth.imageIfDue(this.run);
    if (text === null) return;
    // Losing an image costs time at the next load, nothing else.
    this.context.store.log.writeImage(this.uid, this.seq, text, this.context.worker()).catch(() => {});
    if (this.run.unheard.size > 0) this.arrivals.push({ kind: 'unheard' });
  }

  // ——— Before it is stored ———

  /**
   * The first cycle of a run that is not stored yet: `begun` shall be stored with it, and then it goes on. Returns null if it
   * has to be evaluated anew. `cause` is the start.
   */
  async begin(cause: string): Promise<{ begun: Begun; goOn(): void } | null> {
    this.busy = true;
    this.cause = cause;
    this.inHand = [readCause(cause, 'log.0') as Arrival];
    try {
      const evaluated = new Promise<Checkpoint>((resolve, reject) =>
        this.context.evaluator.add({ uid: this.uid, evaluate: () => this.evaluate(), evaluated: resolve, failed: reject }),
      );
      const step = this.stepOf(await evaluated);
      const { worker, hash, delta, capture, end } = step.commit;
      const wakeMs = end === null ? this.sleepsUntil(step.checkpoint) : null;
      const status = end?.status ?? 'running';
      const isHeld = status === 'running' && wakeMs === null;
      const begun = { worker, isHeld, cycle: { hash, delta, capture }, status, outcome: end?.outcome ?? null, reason: null, wakeMs };
      return { begun, goOn: () => this.goOn(step, isHeld) };
    } catch (error) {
      this.tellIfStopped(error);
      this.giveRoomBack();
      if (error instanceof CutShort) return null;
      const reason = reasonText(this.id, 1, error, this.program);
      const begun: Begun = { worker: this.context.worker(), isHeld: false, cycle: null, status: 'parked', outcome: null, reason, wakeMs: null };
      return { begun, goOn: () => {} };
    }
  }

  /** It is stored. */
  private goOn(step: Step, isHeld: boolean): void {
    this.carryOut(step);
    if (!isHeld) this.halt();
    else if (!this.dropped) this.advance();
  }

  /** When it is due next, if it does nothing but sleep, and for long: else null. In ms since 1970. */
  private sleepsUntil({ stops }: Checkpoint): number | null {
    const documents = [...this.run.requests.values()].map(({ document }) => document);
    if (stops.length > 0 || !documents.every((document) => 'sleep' in document)) return null;
    const due = this.nextTimer();
    return due !== null && due > this.context.clock.latest() + this.context.sleepsAfterMs ? Math.ceil(due) : null;
  }

  // ——— Waiting ———

  /** Effects under way that some worker has claimed: `by` for the first attempt. */
  pendingEffects(): PendingEffect[] {
    return [...this.run.requests].flatMap(([n, { document }]) =>
      'effect' in document ? [{ call: this.callOf(n, document), by: document.by ?? '', cancelled: document.cancelled !== undefined }] : [],
    );
  }

  /** Does it wait for this request, and has nothing arrived for it? */
  awaits(request: number): boolean {
    return this.run.requests.has(request) && ![...this.inHand, ...this.arrivals].some((arrival) => isAnswer(arrival) && arrival.request === request);
  }

  /** When the next timer is due, in ms since 1970 by the database's clock; null if there is none. */
  nextTimer(): number | null {
    return nextTimer(this.run);
  }

  /** Lets the timers fire that are due. */
  fireTimers(now: number): void {
    if (this.busy) return;
    const due = dueTimers(this.run, now);
    this.arrivals.push(...due);
    if (due.length > 0) this.advance();
  }

  /** Keeps it held while the worker looks after its effects. */
  async pinned(body: () => Promise<void>): Promise<void> {
    this.pins++;
    try {
      await body();
    } finally {
      this.pins--;
      this.restingSince = host.monotonic();
      if (!this.dropped) this.context.changed(this);
    }
  }

  /** How large its state is, as text: an estimate from above. */
  get bytes(): number {
    return this.growth.bytes;
  }

  /** Its workflow has ended, and only effects are still under way. */
  get isFinishing(): boolean {
    return this.run.over !== null;
  }

  /** Something is being evaluated or committed, or the store told that it sleeps. */
  get isBusy(): boolean {
    return this.busy;
  }

  /** Nothing is being evaluated or committed, no effect of it runs here, and what has come of one is in the store. */
  get isResting(): boolean {
    if (this.busy || this.dropped || this.pins > 0 || this.arrivals.length > 0) return false;
    const { dispatcher, children } = this.context;
    return !dispatcher.isBusy(this.uid) && !children.isBusy(this.uid) && !this.context.owes(this.uid);
  }

  /**
   * Lets the run go to sleep in the store. Does nothing if something has arrived meanwhile; nor while the worker closes:
   * what may not begin here has to begin elsewhere at once, so the run must not sleep.
   */
  async release(): Promise<void> {
    if (!this.isResting || !this.context.mayBegin()) return;
    this.busy = this.isReleasing = true;
    const wakeMs = Math.min(this.nextTimer() ?? Number.POSITIVE_INFINITY, this.context.dispatcher.nextDue(this.uid) ?? Number.POSITIVE_INFINITY);
    const released = await this.context.store
      .runs.release(this.uid, this.context.worker(), this.mailSeen, wakeMs === Number.POSITIVE_INFINITY ? null : wakeMs)
      .catch(() => false);
    this.busy = this.isReleasing = false;
    this.restingSince = host.monotonic();
    // What arrived just now is in the inbox too, or goes there now, or is in the state as a timer.
    if (released) {
      this.drop();
      return;
    }
    // Something has arrived, or it is not held by this worker any more, or the answer was lost.
    this.context.uncertain();
    this.advance();
  }

  /** Resolves when the cycle in hand is committed. */
  async whenResting(): Promise<void> {
    while (this.busy) await new Promise<void>((resolve) => host.after(1, resolve));
  }

  // ——— Leaving ———

  /** Leaves memory, to be taken again from the store: what it is evaluated with may not be whole any more. */
  leave(): void {
    this.leaving = true;
    if (this.busy || this.dropped) return;
    this.context.uncertain();
    this.drop();
  }

  /** Forgets it: the store does not believe that this worker holds it, or need not any more. */
  drop(): void {
    if (!this.dropped) {
      this.dropped = true;
      this.context.dispatcher.forget(this.uid);
      this.context.dropped(this);
    }
    // Also of a cycle that turns out to be lost after that.
    for (const arrival of this.arrivals.splice(0)) {
      if (isAnswer(arrival) && arrival.mail === undefined) this.context.undelivered(this.uid, arrival);
    }
  }

  /** It is not held here, or the worker has closed: what still arrives is for the next. */
  halt(): void {
    this.dropped = true;
  }

  get isGone(): boolean {
    return this.dropped;
  }

  /** Parks the run at its last checkpoint, with the reason. */
  async park(error: unknown): Promise<void> {
    await this.context.store
      .runs.park(this.uid, this.context.worker(), reasonText(this.id, this.seq + 1, error, this.program))
      .catch(() => this.context.uncertain());
    this.drop();
    this.context.ended(this.uid, null);
  }
}
