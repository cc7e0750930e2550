/**
 * The worker: holds runs, lets them go on, lets them go.
 *
 * It claims runs that are due and that nobody holds, loads them, and gives them what has arrived: inbox entries,
 * timers that are due, effects that a worker before it has left behind. It holds a run while one of its effects
 * is under way here, and a little longer; then the run sleeps in the store, and `wake_at` decides.
 *
 * What it knows of news is a hint (a notification, something this process did itself) or a poll; the poll alone
 * would do. Its lease tells others that it lives. It saves work and never decides safety: the log does.
 */
import type { Newcomer } from '../control/start.ts';
import { PerdureError } from '../errors.ts';
import { host, type Timer } from '../host.ts';
import type { NewRun, TakenRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import type { Holdings } from '../store/workers.ts';
import { Children } from './children.ts';
import { DatabaseClock } from './clock.ts';
import { Committer } from './committer.ts';
import { Dispatcher } from './effects/dispatcher.ts';
import { ErrandService } from './effects/errand-service.ts';
import { Evaluator } from './evaluator.ts';
import { expireTokens } from './expiry.ts';
import type { HeldContext, HeldRun } from './held-run.ts';
import { HeldRuns } from './held-runs.ts';
import { writeEntry, type InboxEntry } from '../engine/inbox.ts';
import { Intake } from './intake.ts';
import { Lease } from './lease.ts';
import { Listeners } from './listeners.ts';
import { Newcomers } from './newcomers.ts';
import { Pauses } from './pauses.ts';
import { Trials } from './trial.ts';
import type { Registry } from './registry.ts';
import { Retention, type RetentionOptions } from './retention.ts';
import { Schedules } from './schedules.ts';
import { Turns } from './turns.ts';

export interface WorkerOptions {
  /** How often the store is asked for news. */
  pollMs: number;
  /** How long others wait for this worker to show that it lives. */
  leaseMs: number;
  /** How long a run that rests is held. */
  restMs: number;
  /** How many runs are held at the most. */
  runsMax: number;
  /** How large the states of those that are held may be together, as text; beyond that, what rests is let go at once. */
  runsBytesMax: number;
  /** How many effects are made at a time. */
  effectsMax: number;
  /** How long after a worker was lost runs are stored before they begin. */
  cautionMs: number;
  limits: RunLimits;
  /** Default: runs are kept for good. */
  retention?: RetentionOptions;
}

/** What a run may ask for; beyond that it is parked. */
export interface RunLimits {
  /** How long the cycles of one turn may take. */
  cycleMs: number;
  /** How large the state of a run may be, as text. */
  stateBytes: number;
}

export const WORKER_DEFAULTS: WorkerOptions = {
  pollMs: 1000,
  leaseMs: 15_000,
  restMs: 500,
  runsMax: 1000,
  runsBytesMax: 256 * 2 ** 20,
  effectsMax: 1000,
  cautionMs: 60_000,
  limits: { cycleMs: 5000, stateBytes: 64 * 2 ** 20 },
};

/** How long a database may take for the last commits once the deadline of a close is over. */
const COMMIT_GRACE_MS = 5000;

/** How long until it is looked again after runs that are due and that it could not take: there was no room, or others were about to. */
const OVERDUE_MS = 20;

export class Worker {
  private readonly store: Store;
  private readonly registry: Registry;
  private readonly options: WorkerOptions;
  private readonly clock = new DatabaseClock();
  private readonly held: HeldRuns;
  private readonly context: HeldContext;
  private readonly dispatcher: Dispatcher;
  private readonly errands: ErrandService;
  private readonly children: Children;
  private readonly lease: Lease;
  private readonly intake: Intake;
  private readonly newcomers: Newcomers;
  private readonly turns: Turns;
  private readonly trials: Trials;
  private readonly schedules: Schedules;
  private readonly retention: Retention;
  /** Who waits for answers of a run that may be held here. */
  readonly replies = new Listeners();
  /** Who waits for the end of a run that is held here: told once, its outcome, or null if the store has to be asked. */
  readonly ends = new Listeners<string | null>();
  private polling: Promise<void> | null = null;
  private pollAgain = false;
  /** What is looked for beside that. */
  private around: Promise<void> | null = null;
  private pollTimer: Timer | null = null;
  private wakeTimer: Timer | null = null;
  /** When the alarm is set for, by the monotonic clock. */
  private alarmAt = Number.POSITIVE_INFINITY;
  private sleeperTimer: Timer | null = null;
  private tickTimer: Timer | null = null;
  private stopListening: (() => void) | null = null;
  /** Outcomes on their way to the inbox, with the uids of their runs. */
  private readonly late = new Map<Promise<void>, string>();
  /** Inbox entries on their way to runs held here, by their uids; and whether there is more since. */
  private readonly taking = new Map<string, { taken: Promise<unknown>; more: boolean }>();
  private readonly pauses = new Pauses();
  private closing = false;
  private closed = false;
  /** Since the last look: workers may have died, with turns that they had to give. */
  private timeHasPassed = true;
  /** When that was looked at last, by the monotonic clock: where news never ends, no poll is ever due. */
  private lookedAroundAt = 0;
  /** Until then no run begins before it is stored, by the monotonic clock. */
  private cautiousUntil = Number.NEGATIVE_INFINITY;
  /** A statement has failed: the store may think that this worker holds runs it knows nothing of. */
  private uncertain = false;

  constructor(store: Store, registry: Registry, options: WorkerOptions) {
    this.store = store;
    this.registry = registry;
    this.options = options;
    this.held = new HeldRuns(options.runsBytesMax, options.restMs);
    this.lease = new Lease(store, this.clock, options.leaseMs, () => registry.serves(), {
      lost: () => {
        for (const held of [...this.held.values()]) held.drop();
        this.newcomers.drop();
      },
      workerBuried: (agoMs) => {
        this.cautiousUntil = Math.max(this.cautiousUntil, host.monotonic() + options.cautionMs - agoMs);
      },
      renewed: (holdings) => {
        this.compare(holdings);
        this.errands.verifySoon();
        // With the renewal came the time: what was set by another may be due already.
        for (const held of this.held.values()) this.alarm(held);
      },
    });
    this.dispatcher = new Dispatcher({
      store,
      registry,
      clock: this.clock,
      effectsMax: options.effectsMax,
      worker: () => this.lease.worker,
      isHere: (uid) => this.held.has(uid) || this.intake.isTaking(uid),
      isReleasing: (uid) => this.held.get(uid)?.isReleasing ?? false,
      holds: (uid) => this.held.has(uid),
      claimed: ({ uid, request }) => this.held.get(uid)?.hasClaims(request),
      settled: (call, outcome, hasClaims) => {
        const held = this.held.get(call.uid);
        if (held) held.effectSettled(call, outcome, hasClaims);
        else this.sendLate(call.uid, { ...outcome, request: call.request });
      },
      sent: (uid) => this.sent(uid),
      overtaken: (uid) => this.held.get(uid)?.leave(),
      mailSeen: ({ uid, request }) => {
        const held = this.held.get(uid);
        return held?.awaits(request) ? held.mailSeen : null;
      },
      asked: () => {
        this.errands.hint();
        store.sql.announce(); // servers of queues, too
      },
    });
    this.errands = new ErrandService({ store, registry, clock: this.clock, worker: () => this.lease.worker, sent: (uid) => this.sent(uid) });
    this.children = new Children(store, (uid, news) => {
      const held = this.held.get(uid);
      if (held) held.arrive(news);
      else this.sendLate(uid, news);
    });
    this.trials = new Trials(store, this.clock, options.limits.cycleMs);
    const committer = new Committer(store);
    this.context = {
      store,
      committer,
      dispatcher: this.dispatcher,
      children: this.children,
      evaluator: new Evaluator(options.limits.cycleMs, () => committer.isIdle),
      tryApart: (what) => this.trials.try(what),
      stateBytesMax: options.limits.stateBytes,
      // A look into the store comes before that, and knows what is due until the next.
      sleepsAfterMs: Math.max(options.restMs, options.pollMs),
      clock: this.clock,
      worker: () => this.lease.worker,
      mayBegin: () => !this.closing,
      dropped: (run) => {
        if (this.held.get(run.uid) === run) this.held.delete(run.uid);
        this.turns.left(run.uid);
        this.ends.end(run.uid, null); // whoever waits for its end asks the store from now on
      },
      undelivered: (uid, outcome) => this.sendLate(uid, outcome),
      owes: (uid) => this.late.size > 0 && [...this.late.values()].includes(uid),
      uncertain: () => {
        this.uncertain = true;
      },
      changed: (run) => {
        this.held.measure(run);
        this.alarm(run);
      },
      stopped: (program) => {
        // Nothing that shares code with it stays in memory: it may have been stopped while it changed that.
        registry.forget(program);
        for (const held of [...this.held.values()]) if (held.program === program) held.leave();
        this.newcomers.leave(program);
        this.hint();
      },
      replied: (uid) => this.replies.tell(uid),
      ended: (uid, outcome) => {
        this.replies.tell(uid);
        this.ends.end(uid, outcome);
      },
    };
    this.intake = new Intake(this.context, registry, this.held);
    this.newcomers = new Newcomers(this.context, registry, this.held, (uid) => this.takeSent(uid));
    this.schedules = new Schedules(store, registry);
    this.turns = new Turns(store, () => this.hint());
    this.retention = new Retention(store, registry, options.retention ?? null);
  }

  /** Begins to work: from now on runs are claimed. */
  async start(): Promise<void> {
    const begun = this.errands.begin();
    this.store.log.prepare(); // beside that
    await begun;
    await this.lease.begin();
    this.stopListening = this.store.sql.onActivity(() => {
      this.hint();
      if (this.registry.hasErrands) this.errands.hint();
    });
    await this.poll();
    this.retention.start();
  }

  /** Something has been sent to a run from here. */
  sent(uid: string): void {
    // Who closes leaves it to the next.
    if (this.held.has(uid) && !this.closing) this.takeSent(uid);
    else {
      this.store.sql.announce();
      this.hint();
    }
  }

  /** Something may have happened: look soon. */
  hint(timeHasPassed = false): void {
    this.timeHasPassed ||= timeHasPassed;
    void this.poll();
  }

  /** Does this worker hold the run, and goes its workflow on? Then `ends` will tell of its end. */
  holds(uid: string): boolean {
    return this.held.get(uid)?.isFinishing === false;
  }

  /**
   * Begins a run that is being started here, before it is stored; null: it is left to be claimed. So are all for a while after a worker
   * was lost: a first cycle that ends its process, such as by all the memory it takes, leaves a trace only if its run is stored.
   */
  begin(run: NewRun): Promise<Newcomer | null> | null {
    const hasRoom = !this.closing && this.lease.worker !== '' && this.room > this.newcomers.size;
    return hasRoom && host.monotonic() > this.cautiousUntil && this.registry.entries().includes(run.entry) ? this.newcomers.begin(run) : null;
  }

  /** Finishes the cycles in hand, waits for effects under way, gives everything back. */
  async close(deadlineMs: number): Promise<void> {
    this.closing = true;
    this.errands.close();
    this.trials.end();
    this.stopListening?.();
    const nameKept = this.lease.stop();
    const end = host.monotonic() + deadlineMs;
    const left = (): number => Math.max(0, end - host.monotonic());
    for (const timer of [this.pollTimer, this.wakeTimer, this.sleeperTimer, this.tickTimer]) timer?.cancel();
    const gaveUp = host.after(deadlineMs + COMMIT_GRACE_MS, () => this.context.committer.close());
    const lookedLast = Promise.all([this.polling?.catch(() => {}), this.around?.catch(() => {}), ...[...this.taking.values()].map(({ taken }) => taken)]);
    // On PGlite these may wait for a transaction of the app, which is told to stop only when the deadline has come.
    await Promise.race([lookedLast, this.pauses.pause(left())]);
    await Promise.race([this.newcomers.whenNone(), this.pauses.pause(left())]);
    void this.stopEnded();
    // A commit that was under way may have begun an effect, and an effect's outcome begins a cycle.
    do {
      await Promise.all([this.dispatcher.drain(left()), this.errands.drain(left())]);
      await Promise.all([...this.held.values()].map((held) => held.whenResting()));
    } while (!this.isDrained && left() > 0);
    await lookedLast;
    await this.dispatcher.stop();
    await this.errands.stop();
    this.children.stop();
    await Promise.race([Promise.all([nameKept, this.retention.stop(), ...this.late.keys()]), this.pauses.pause(left())]);
    this.closed = true;
    this.pauses.endAll();
    gaveUp.cancel();
    this.context.committer.close();
    this.wakeTimer?.cancel();
    for (const held of this.held.values()) held.halt();
    this.newcomers.drop();
    this.held.clear();
    this.ends.endAll(null);
    if (this.lease.worker !== '') await this.store.workers.leave(this.lease.worker).catch(() => {});
  }

  /** While this worker waits for effects under way: for those of a run that somebody ends, nobody waits. */
  private async stopEnded(): Promise<void> {
    while (!this.closed && !this.isDrained) {
      await Promise.all([this.newsOfRunning(), this.errands.stopUnwanted()]).catch(() => {}); // the store is away: the next time
      await this.pauses.pause(this.options.pollMs);
    }
  }

  private get isDrained(): boolean {
    return this.dispatcher.isIdle && this.errands.isIdle;
  }

  // ——— Looking for work ———

  private poll(): Promise<void> {
    if (this.closing) return Promise.resolve();
    if (this.polling) {
      this.pollAgain = true;
      return this.polling;
    }
    this.pollTimer?.cancel();
    this.polling = this.look().finally(() => {
      this.polling = null;
      if (this.closing) return;
      if (this.pollAgain) {
        this.pollAgain = false;
        void this.poll();
      } else {
        this.pollTimer = host.after(this.options.pollMs, () => {
          this.timeHasPassed = true;
          void this.poll();
        });
      }
    });
    return this.polling;
  }

  private async look(): Promise<void> {
    const isTime = this.timeHasPassed || host.monotonic() - this.lookedAroundAt >= this.options.pollMs;
    this.timeHasPassed = false;
    try {
      if (isTime) await this.lease.buryDead();
      if (this.uncertain) await this.recover();
      await this.takeWork();
      await this.releaseRested();
      await this.scheduleSleepers();
      // Last: the runs that a dead worker has left go on meanwhile.
      if (isTime && !this.closing) this.lookAroundApart();
    } catch (error) {
      this.lookFailed(error, isTime);
    }
  }

  private lookFailed(error: unknown, isTime: boolean): void {
    if (!(error instanceof PerdureError)) throw error;
    // The store is unreachable: the next poll tries again.
    this.uncertain = true;
    this.timeHasPassed ||= isTime;
  }

  /** How many more runs may be held. */
  private get room(): number {
    return this.held.isFull ? 0 : this.options.runsMax - this.held.size;
  }

  /** Takes in what has arrived for runs held here, and runs that are ready and held by nobody. */
  private async takeWork(): Promise<void> {
    for (const { uid, mail } of await this.newsOfRunning()) {
      if (this.newcomers.has(uid)) this.newcomers.hear(uid);
      // What was sent from here has been taken in without waiting for this.
      else if (this.held.get(uid)?.mailSeen !== mail) await this.intake.takeNews(uid);
    }
    if (this.room <= 0) return;
    const claimed = await this.store.runs.claim(this.lease.worker, this.registry.entries(), this.room, this.intake.elsewhere());
    // Nobody held them: what is in memory of them is of before.
    for (const { uid } of claimed) this.held.get(uid)?.drop();
    await Promise.all(claimed.map((run) => this.adopt(run)));
  }

  /** What has arrived for runs held here; those that somebody has ended stop. */
  private async newsOfRunning(): Promise<{ uid: string; mail: number }[]> {
    const news = await this.store.runs.news(this.lease.worker);
    for (const { uid, status } of news) if (status !== 'running') this.endedOutside(uid);
    return news.filter(({ status }) => status === 'running');
  }

  /**
   * Whoever takes runs does not wait for this: it takes longer, and some of it may have to wait itself, for a transaction of an app that has
   * sent to the run in question.
   */
  private lookAroundApart(): void {
    this.lookedAroundAt = host.monotonic();
    this.around ??= this.lookAround()
      .then(() => this.hint(), (error: unknown) => this.lookFailed(error, true))
      .finally(() => {
        this.around = null;
        this.lookedAroundAt = host.monotonic();
      });
  }

  /** What nobody tells: what those who are gone have left undone; which ticks have come. */
  private async lookAround(): Promise<void> {
    await this.turns.look();
    await this.children.look();
    await expireTokens(this.store);
    await this.errands.poll();
    await this.tick();
  }

  /** Makes the ticks that have come, and looks again when the next one does, if that is before the next poll. */
  private async tick(): Promise<void> {
    const { inMs, turnKeys } = await this.schedules.look(this.options.pollMs);
    for (const key of turnKeys) await this.turns.give(key);
    this.tickTimer?.cancel();
    if (inMs !== null && !this.closing) this.tickTimer = host.after(Math.ceil(inMs), () => this.hint(true));
  }

  /** One look at a time: thousands of effects of a run may end at once, and the next look finds what they have sent. */
  private takeSent(uid: string): void {
    const known = this.taking.get(uid);
    if (known) {
      known.more = true;
      return;
    }
    const taking = { taken: Promise.resolve<unknown>(null), more: true };
    this.taking.set(uid, taking);
    taking.taken = this.takeAllSent(uid, taking);
  }

  private async takeAllSent(uid: string, taking: { more: boolean }): Promise<void> {
    try {
      while (taking.more && !this.closing) {
        taking.more = false;
        await this.intake.takeNews(uid);
      }
    } catch {
      this.uncertain = true;
    } finally {
      this.taking.delete(uid);
    }
  }

  /** Somebody has ended the run: what of it is under way here stops. */
  private endedOutside(uid: string): void {
    this.held.get(uid)?.drop();
    this.newcomers.ended(uid);
    this.dispatcher.dropAll(uid);
  }

  private adopt(run: TakenRun): Promise<void> {
    this.clock.atLeast(run.nowMs);
    this.turns.took(run);
    return this.intake.adopt(run);
  }

  /** A statement that was thought lost may have happened since, and taken or let go a run behind our back. */
  private compare({ runs, mail }: Holdings): void {
    let seen = 0;
    for (const held of this.held.values()) seen += held.mailSeen;
    if (runs !== this.held.size || mail !== seen) this.uncertain = true;
  }

  /** Asks the store what this worker holds: answers to claims, and news, may have been lost, and runs to others. */
  private async recover(): Promise<void> {
    this.uncertain = false;
    const before = [...this.held.values()];
    const mine = await this.store.runs.heldBy(this.lease.worker);
    const uids = new Set(mine.map(({ uid }) => uid));
    for (const held of before) if (!uids.has(held.uid)) held.drop();
    for (const run of mine) {
      const held = this.held.get(run.uid);
      if (this.newcomers.has(run.uid)) continue;
      if (!held) await this.adopt(run);
      else if (run.mail > held.mailSeen) await this.intake.takeNews(run.uid);
    }
  }

  /** The outcome of an effect whose run somebody else may hold by now. Twice does no harm. */
  private sendLate(uid: string, entry: InboxEntry): void {
    const sent = this.keepSending(uid, entry).finally(() => {
      this.late.delete(sent);
      const held = this.held.get(uid);
      if (held) this.alarm(held);
    });
    this.late.set(sent, uid);
  }

  private async keepSending(uid: string, entry: InboxEntry): Promise<void> {
    const sent = await this.pauses.keepTrying(() => this.store.inbox.sendToUid(uid, writeEntry(entry)));
    if (sent === undefined) return;
    if ('request' in entry) this.dispatcher.stored({ uid, request: entry.request });
    if (!this.closed) this.store.sql.announce();
  }

  // ——— Timers and rest ———

  /** Sets the alarm for this run's next timer, or for when it has rested long enough, if that is before the one set. */
  private alarm(held: HeldRun): void {
    if (this.closing) return;
    const now = host.monotonic();
    // One that does something sets it anew when it rests.
    const due = held.isBusy ? null : held.nextTimer();
    const timerAt = due === null ? Number.POSITIVE_INFINITY : now + due - this.clock.earliest();
    const at = Math.min(timerAt, this.held.restedAt(held));
    if (at >= this.alarmAt) return;
    this.wakeTimer?.cancel();
    this.alarmAt = at;
    this.wakeTimer = host.after(Math.max(0, Math.ceil(at - now)), () => void this.wake());
  }

  private async wake(): Promise<void> {
    this.alarmAt = Number.POSITIVE_INFINITY;
    const now = this.clock.earliest();
    for (const held of [...this.held.values()]) held.fireTimers(now);
    await this.releaseRested();
    await this.scheduleSleepers().catch(() => {});
    for (const held of this.held.values()) this.alarm(held);
  }

  private async releaseRested(): Promise<void> {
    await Promise.all(this.held.rested().map((held) => held.release()));
  }

  /** Looks again when the next sleeping run is due, if that is before the next poll. */
  private async scheduleSleepers(): Promise<void> {
    if (this.closing) return;
    const inMs = await this.store.runs.nextDue(this.registry.entries(), this.options.pollMs, this.intake.elsewhere());
    if (inMs === null || this.closing) return;
    this.sleeperTimer?.cancel();
    this.sleeperTimer = host.after(inMs > 0 ? Math.ceil(inMs) : OVERDUE_MS, () => this.hint());
  }
}
