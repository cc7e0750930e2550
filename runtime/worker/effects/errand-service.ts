/**
 * Makes the effects that wait in the store for a worker like this one: those with limits that this app provides, and those of the
 * queues that it serves. It asks for as many as it has room for, and makes each attempt as any other; but its run is held
 * elsewhere, or by nobody. So what comes of it goes into the run's inbox.
 *
 *     waiting ──grant──▶ under way ──result, final error──▶ the inbox
 *        ▲                  │  │ nobody knows
 *        └──pause, retry────┘  └──▶ in doubt ──a decision──▶ the inbox, or waiting
 *
 * It looks when something may have changed: something was put there, an attempt has ended, the moment has come that the last look
 * told; and at every poll, for whatever nobody told it.
 */
import { writeDocument, type Json } from '../../codec/format.ts';
import { writeEntry, type InboxEntry } from '../../engine/inbox.ts';
import { PerdureError } from '../../errors.ts';
import { host, type Timer } from '../../host.ts';
import type { ErrandKey, GrantedErrand, HeldErrand } from '../../store/errands.ts';
import type { Store } from '../../store/store.ts';
import type { DatabaseClock } from '../clock.ts';
import { Pauses } from '../pauses.ts';
import type { EffectDefinition, Registry } from '../registry.ts';
import { Attempt, type AttemptTerms, mishandled, performing, thrownDocument, type Ending, type Perform } from './attempt.ts';
import type { EffectCall } from './call.ts';
import { Doubts } from './doubts.ts';
import { errorNames } from './error-names.ts';
import { Heartbeats } from './heartbeats.ts';
import { Idleness } from './idleness.ts';
import { LOST_PAUSES_MS } from './lost-attempts.ts';
import { timeLimit } from './policy.ts';
import { performInTransaction } from './transaction.ts';

export interface ErrandServiceContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: DatabaseClock;
  worker(): string;
  /** Something has been sent to this run from here. */
  sent(uid: string): void;
}

/** An attempt under way here. */
interface UnderWay {
  readonly key: ErrandKey;
  readonly call: EffectCall;
  readonly queue: string;
  readonly definition: EffectDefinition | undefined;
  /** Under whose name it was granted. */
  readonly worker: string;
  attempt: Attempt | null;
  /** It was told to stop, because its run is cancelled or over. */
  told: boolean;
  /** It was given up: how it ends may still be told, and nothing more. */
  givenUp: boolean;
  /** What has come of it is being written. */
  ending: boolean;
}

/** Looks that follow each other at once let others look too. */
const AGAIN_MS = 5;
/** How often it is asked what this worker has, when there is news all the time. */
const VERIFY_MS = 100;
const DOUBTS_MAX = 10;
/** How often lanes are forgotten that are not used any more, and since when. */
const FORGET_MS = 60_000;

const nameOf = ({ uid, request, attempt }: ErrandKey): string => `${uid}:${request}:${attempt}`;

export class ErrandService {
  private readonly context: ErrandServiceContext;
  private readonly underWay = new Map<string, UnderWay>();
  /** Attempts that have ended since it was last asked what this worker has: an answer may know them still. */
  private readonly ended = new Set<string>();
  /** Attempts of which the store will not hear from here how they end, because the engine closes: given back they would be made again. They are freed as of a worker that is gone. */
  private readonly abandoned = new Set<string>();
  /** Doubts that this worker finds out about, by the names of attempts. */
  private readonly asked = new Map<string, EffectCall>();
  private readonly heartbeats: Heartbeats;
  private readonly doubts: Doubts;
  private readonly pauses = new Pauses();
  private readonly idleness = new Idleness();
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private mustVerify = false;
  private timer: Timer | null = null;
  private verifiedAt = Number.NEGATIVE_INFINITY;
  private forgottenAt = host.monotonic();
  private closing = false;

  constructor(context: ErrandServiceContext) {
    this.context = context;
    this.heartbeats = new Heartbeats(context.store, () => context.worker());
    this.doubts = new Doubts(context);
  }

  /** Tells the store how many may be made at a time. */
  async begin(): Promise<void> {
    const limits = this.context.registry.limits();
    if (limits.length > 0) await this.context.store.errands.limit(limits);
  }

  /** Something may wait that this worker can make, or may have been told to stop. */
  hint(): void {
    void this.look();
  }

  /** At every poll: frees what workers had that are gone, and looks. */
  async poll(): Promise<void> {
    const { errands } = this.context.store;
    for (const key of await errands.free(LOST_PAUSES_MS)) await errands.finish(key, stoppedEntry(key, true), false);
    if (host.monotonic() - this.forgottenAt > FORGET_MS) {
      this.forgottenAt = host.monotonic();
      await errands.forgetLanes(FORGET_MS);
    }
    await this.findOut();
    if (this.underWay.size > 0 || this.asked.size > 0) this.mustVerify = true;
    await this.look();
  }

  /** The store may think that this worker has what it knows nothing of. */
  verifySoon(): void {
    this.mustVerify = true;
    this.hint();
  }

  /** Is nothing under way? */
  get isIdle(): boolean {
    return this.underWay.size === 0;
  }

  /** Takes nothing more. */
  close(): void {
    this.closing = true;
    this.timer?.cancel();
    this.doubts.stop();
  }

  /** Once it is closed: resolves when nothing is under way, or after `deadlineMs`. */
  async drain(deadlineMs: number): Promise<void> {
    const end = host.monotonic() + deadlineMs;
    await Promise.race([this.looking, this.pauses.pause(deadlineMs)]);
    if (!this.isIdle) {
      await this.idleness.wait(Math.max(0, end - host.monotonic()), () => {
        for (const { attempt } of this.underWay.values()) attempt?.abort(new PerdureError('closing', 'The engine is closing'));
      });
    }
    await this.looking;
  }

  /** Once it is closed: what nobody wants any more is told to stop, and not waited for. */
  async stopUnwanted(): Promise<void> {
    await this.looking; // of two that compare at once one would take what has just ended for unknown
    if (!this.isIdle) await this.verify();
  }

  /** Lets go of everything: what is still under way is freed as of a worker that is gone. */
  async stop(): Promise<void> {
    this.pauses.endAll();
    await this.heartbeats.write();
    for (const one of this.underWay.values()) {
      one.attempt?.dismiss();
      this.abandon(one);
    }
  }

  // ——— Looking ———

  private look(): Promise<void> {
    if (this.closing) return this.looking ?? Promise.resolve();
    if (this.looking) {
      this.lookAgain = true;
      return this.looking;
    }
    this.timer?.cancel();
    this.timer = null;
    this.looking = this.lookOnce()
      .catch(() => {
        // The store is unreachable: the next poll tries again. It may have granted what it could not tell.
        this.mustVerify = true;
        return null;
      })
      .then((inMs) => {
        this.looking = null;
        if (this.lookAgain) {
          this.lookAgain = false;
          this.hint();
        } else if (inMs !== null && !this.closing) {
          this.timer = host.after(Math.max(AGAIN_MS, Math.ceil(inMs)), () => this.hint());
        }
      });
    return this.looking;
  }

  /** Returns in how many ms to look again; null: when something tells. */
  private async lookOnce(): Promise<number | null> {
    const { registry, store } = this.context;
    const worker = this.context.worker();
    if (this.mustVerify || (this.underWay.size > 0 && host.monotonic() - this.verifiedAt > VERIFY_MS)) await this.verify();
    const room = new Map<string, number>();
    for (const { queue } of registry.made()) room.set(queue, registry.concurrency(queue));
    for (const { queue } of this.underWay.values()) room.set(queue, (room.get(queue) ?? 0) - 1);
    const served = registry
      .made()
      .filter(({ queue }) => room.get(queue)! > 0)
      .map(({ queue, effect, definition }) => ({ queue, effect, room: room.get(queue)!, idempotent: definition.policy.idempotent }));
    if (served.length === 0 || this.closing) return null;
    const { errands, again, inMs } = await store.errands.grant(worker, served);
    if (this.closing) {
      if (errands.length > 0) await this.verify(); // gives back what it was granted and does not begin any more
      return null;
    }
    for (const errand of errands) this.take(errand, worker);
    return again || errands.length > 0 ? AGAIN_MS : inMs;
  }

  /** Compares what the store thinks that this worker has with what it has. */
  private async verify(): Promise<void> {
    const worker = this.context.worker();
    const before = [...this.underWay].filter(([, one]) => one.worker === worker);
    this.ended.clear();
    this.mustVerify = false;
    const held = new Map((await this.context.store.errands.of(worker)).map((one) => [nameOf(one), one]));
    this.verifiedAt = host.monotonic();
    for (const [name, one] of before) {
      const known = held.get(name);
      if (!one.givenUp && !one.ending && (!known || known.told)) this.tell(one, known);
    }
    const unknown = [...held].filter(([name, { doubt }]) => !(doubt ? this.asked : this.underWay).has(name) && !this.ended.has(name) && !this.abandoned.has(name));
    if (unknown.length > 0) await this.disown(worker, unknown.map(([, one]) => one));
    for (const [name, call] of this.asked) {
      if (held.get(name)?.doubt) continue;
      this.asked.delete(name);
      this.doubts.drop(call);
    }
  }

  /**
   * Gives back what the store thinks that this worker has: the answer to a grant was lost, or what was done is rolled back. What was told
   * to stop is not begun again: nothing has happened.
   */
  private async disown(worker: string, unknown: HeldErrand[]): Promise<void> {
    const { errands } = this.context.store;
    this.mustVerify = true; // some may have been told just now
    for (const one of unknown) {
      if (one.told && !one.doubt && (await errands.finish(one, stoppedEntry(one, false), false))) this.context.sent(one.uid);
    }
    await errands.giveBack(worker, unknown);
  }

  private tell(one: UnderWay, known: HeldErrand | undefined): void {
    one.told = known !== undefined; // that of one which is somebody else's by now is not answered: it may be waiting for its next attempt
    if (known && !known.terminated) {
      one.attempt?.abort(new PerdureError('effect_cancelled', `The run '${one.call.run}' is cancelled`));
      return;
    }
    one.attempt?.abort(new PerdureError('effect_dropped', 'Nobody waits for this effect any more'));
    if (!this.closing) return; // it takes room until it ends
    one.givenUp = true;
    this.leave(one);
  }

  // ——— Attempts ———

  private take(errand: GrantedErrand, worker: string): void {
    const { uid, request, attempt: number, run, effect, queue } = errand;
    const key = { uid, request, attempt: number };
    const definition = this.context.registry.maker(queue, effect);
    const call = callOf(errand);
    const one: UnderWay = { key, call, queue, definition, worker, attempt: null, told: false, givenUp: false, ending: false };
    this.underWay.set(nameOf(key), one);
    if (!definition) {
      void this.finish(one, { kind: 'failure', request, error: thrownDocument(new PerdureError('effects_missing', `This app does not make ${effect}`)) });
      return;
    }
    const { policy, isTransaction } = definition;
    const terms: AttemptTerms = {
      timeout: timeLimit(effect, policy, errand.beganMs, this.context.clock.now()),
      heartbeatMs: policy.heartbeatMs,
      undone: isTransaction,
      lastHeartbeat: errand.heartbeat === null ? null : { details: (JSON.parse(errand.heartbeat) as { details: Json }).details },
    };
    const attempt = new Attempt(call, number, terms, {
      beat: (of, heartbeat) => {
        if (!one.givenUp && !one.ending) this.heartbeats.add(of, heartbeat);
      },
      later: () => Promise.reject(new PerdureError('later', `${effect} of the run '${run}' has a limit or a queue, so it cannot be completed later.`)),
      ended: (_, ending) => {
        try {
          this.attemptEnded(one, errand, ending);
        } catch (error) {
          this.fail(one, mishandled(call, error));
        }
      },
    });
    one.attempt = attempt;
    const stored = (value: Json): string => writeEntry({ kind: 'result', request, value });
    const perform: Perform = isTransaction
      ? performInTransaction(this.context.store, this.pauses, definition.run, (store, value) => store.errands.finishInside(key, worker, stored(value)))
      : performing(definition.run);
    attempt.start(perform);
  }

  private attemptEnded(one: UnderWay, errand: GrantedErrand, ending: Ending): void {
    const { request } = one.key;
    switch (ending.kind) {
      case 'returned':
        void this.finish(one, { kind: 'result', request, value: ending.value });
        return;
      case 'stored':
        this.leave(one);
        this.context.sent(one.key.uid);
        return;
      case 'overtaken':
        this.mustVerify = true; // it is rolled back: the errand may be this worker's still
        this.leave(one);
        return;
      case 'refused':
        this.fail(one, ending.error);
        return;
      case 'threw':
        if (!one.givenUp) this.answer(one, errand, ending.error);
        return;
      case 'stopped':
        if (one.ending || one.givenUp) return;
        if (one.told) void this.finish(one, stopped(one));
        else if (this.closing) this.abandon(one);
        else this.leave(one);
        return;
      case 'lost':
        if (one.told) void this.finish(one, stopped(one));
        else if (one.definition!.policy.idempotent) this.answer(one, errand, ending.error);
        else void this.doubt(one);
        one.givenUp = true;
        return;
      case 'later':
    }
  }

  /** Answers an error as the policy says. */
  private answer(one: UnderWay, errand: GrantedErrand, error: unknown): void {
    const { policy } = one.definition!;
    const elapsedMs = this.context.clock.now() - errand.beganMs;
    const pauseMs = one.told ? null : policy.retry.pauseAfter({ attempt: one.key.attempt, elapsedMs, error, names: errorNames(error) });
    if (pauseMs === null) this.fail(one, error);
    else void this.retry(one, thrownDocument(error), pauseMs);
  }

  private fail(one: UnderWay, error: unknown): void {
    void this.finish(one, { kind: 'failure', request: one.key.request, error: thrownDocument(error) });
  }

  private async retry(one: UnderWay, failure: Json, pauseMs: number): Promise<void> {
    const { errands } = this.context.store;
    one.ending = true;
    await this.heartbeats.write(); // for the next attempt, whoever makes it
    const became = await this.pauses.keepTrying(() => errands.retry(one.key, one.worker, writeDocument(failure), pauseMs));
    if (became === 'told') await this.finish(one, { kind: 'failure', request: one.key.request, error: failure });
    else if (became === undefined) this.abandon(one);
    else this.leave(one);
  }

  private async doubt(one: UnderWay): Promise<void> {
    await this.heartbeats.write(); // they are evidence
    const became = await this.pauses.keepTrying(() => this.context.store.errands.doubt(one.key, one.worker));
    if (became === 'told') await this.finish(one, stopped(one));
    else if (became === undefined) this.abandon(one);
    else this.leave(one);
    await this.findOut().catch(() => {});
  }

  /** Puts what has come of an attempt into the run's inbox. */
  private async finish(one: UnderWay, entry: InboxEntry): Promise<void> {
    one.ending = true;
    this.heartbeats.forget(one.call);
    const text = writeEntry(entry);
    const counts = await this.pauses.keepTrying(() => this.context.store.errands.finish(one.key, text, entry.kind === 'failure'));
    if (counts === undefined) this.abandon(one);
    else this.leave(one);
    if (counts) this.context.sent(one.key.uid);
  }

  /** The engine closes, and the store has not heard how it has ended. */
  private abandon(one: UnderWay): void {
    this.abandoned.add(nameOf(one.key));
    this.leave(one);
  }

  /** It is not this worker's affair any more, and there is room for another. */
  private leave(one: UnderWay): void {
    const name = nameOf(one.key);
    if (!this.underWay.delete(name)) return;
    this.ended.add(name);
    if (!this.closing) this.hint();
    if (this.isIdle) this.idleness.reached();
  }

  // ——— Doubts ———

  /** Asks the app's own code what became of attempts in doubt, of workers that are gone or given up here. */
  private async findOut(): Promise<void> {
    const { registry, store } = this.context;
    const asking = registry.made().filter(({ definition }) => definition.policy.onInDoubt);
    if (asking.length === 0 || this.closing) return;
    for (const errand of await store.errands.takeDoubts(this.context.worker(), asking, DOUBTS_MAX)) {
      const resolver = registry.maker(errand.queue, errand.effect)?.policy.onInDoubt;
      const { uid, request, attempt } = errand;
      const name = nameOf(errand);
      this.asked.set(name, callOf(errand));
      try {
        const claim = (await store.claims.of(uid)).find((one) => one.request === request && one.attempt === attempt && one.doubt);
        if (claim && resolver) this.doubts.ask(callOf(errand), claim, resolver);
      } catch (error) {
        this.asked.delete(name); // so it is given back, for somebody to take
        this.mustVerify = true;
        throw error;
      }
    }
  }
}

const callOf = ({ uid, request, run, effect, args, askedMs }: GrantedErrand): EffectCall => ({
  uid,
  request,
  run,
  effect,
  args: JSON.parse(args) as Json,
  since: askedMs,
});

/** It was told to stop, and has. */
const stopped = ({ key, definition }: UnderWay): InboxEntry => ({ kind: 'aborted', request: key.request, begun: !definition?.isTransaction });

const stoppedEntry = ({ request }: ErrandKey, begun: boolean): string => writeEntry({ kind: 'aborted', request, begun });
