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
import { CorruptState, PerdureError } from '../errors.ts';
import type { Artifact } from '../engine/artifact.ts';
import type { Arrival } from '../engine/cycle.ts';
import { foldHistory } from '../engine/history.ts';
import type { Program } from '../engine/program.ts';
import { host, type Timer } from '../host.ts';
import { processStart } from '../process.ts';
import { hostProgram } from '../publish.ts';
import { StoreError } from '../store/errors.ts';
import type { LoadedRun } from '../store/log.ts';
import type { ClaimedRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import type { StoredWorker } from '../store/workers.ts';
import { DatabaseClock } from './clock.ts';
import { Committer } from './committer.ts';
import { Dispatcher, type EffectCall } from './dispatcher.ts';
import { HeldRun, type HeldContext } from './held-run.ts';
import { parseEntry, writeEntry, type InboxEntry } from './inbox.ts';
import { reasonText } from './reason.ts';
import type { Registry } from './registry.ts';

export interface WorkerOptions {
  /** How often the store is asked for news. */
  pollMs: number;
  /** How long others wait for this worker to show that it lives. */
  leaseMs: number;
  /** How long a run that rests is held. */
  restMs: number;
  /** How many runs are held at the most. */
  runsMax: number;
}

export const WORKER_DEFAULTS: WorkerOptions = { pollMs: 1000, leaseMs: 15_000, restMs: 500, runsMax: 1000 };

/** How long a database may take for the last commits once the deadline of a close is over. */
const COMMIT_GRACE_MS = 5000;
/** How long a run whose program this worker cannot run is left to others before it is looked at again. */
const ELSEWHERE_MS = 60_000;
/** Why a run is left to another worker. */
const ELSEWHERE = new Set<string>(['effects_missing', 'abi_version', 'artifact_missing', 'artifact_unknown']);

export class Worker {
  private readonly store: Store;
  private readonly registry: Registry;
  private readonly options: WorkerOptions;
  private readonly clock = new DatabaseClock();
  private readonly held = new Map<string, HeldRun>();
  private readonly context: HeldContext;
  private readonly dispatcher: Dispatcher;
  private readonly listeners = new Map<string, Set<() => void>>();
  private id = '';
  private polling: Promise<void> | null = null;
  private pollAgain = false;
  private pollTimer: Timer | null = null;
  private wakeTimer: Timer | null = null;
  private leaseTimer: Timer | null = null;
  private sleeperTimer: Timer | null = null;
  private stopListening: (() => void) | null = null;
  private closing = false;
  private closed = false;
  /** A statement has failed: the store may think that this worker holds runs it knows nothing of. */
  private uncertain = false;
  /** Programs that this worker cannot run, told once. */
  private readonly told = new Set<string>();

  constructor(store: Store, registry: Registry, options: WorkerOptions) {
    this.store = store;
    this.registry = registry;
    this.options = options;
    this.dispatcher = new Dispatcher(
      store,
      registry,
      () => this.id,
      (call, outcome, hasClaims) => {
        const held = this.held.get(call.uid);
        if (held) held.effectSettled(call, outcome, hasClaims);
        else void this.sendLate(call.uid, { ...outcome, request: call.request });
      },
    );
    this.context = {
      store,
      committer: new Committer(store),
      dispatcher: this.dispatcher,
      clock: this.clock,
      worker: () => this.id,
      mayBegin: () => !this.closing,
      dropped: (run) => {
        if (this.held.get(run.uid) === run) this.held.delete(run.uid);
      },
      undelivered: (uid, outcome) => void this.sendLate(uid, outcome),
      uncertain: () => {
        this.uncertain = true;
      },
      changed: () => this.schedule(),
      ended: (run) => this.notify(run.uid),
    };
  }

  /** Begins to work: from now on runs are claimed. */
  async start(): Promise<void> {
    await this.register();
    await this.buryDead();
    this.stopListening = this.store.sql.onActivity(() => this.hint());
    await this.poll();
  }

  /** Something may have happened: look soon. */
  hint(): void {
    void this.poll();
  }

  /** Calls back once when a run that this worker holds has ended. Returns how to stop waiting. */
  onEnd(uid: string, callback: () => void): () => void {
    let set = this.listeners.get(uid);
    if (!set) this.listeners.set(uid, (set = new Set()));
    set.add(callback);
    return () => {
      set.delete(callback);
      if (set.size === 0) this.listeners.delete(uid);
    };
  }

  private notify(uid: string): void {
    const set = this.listeners.get(uid);
    this.listeners.delete(uid);
    for (const callback of set ?? []) callback();
  }

  /** Finishes the cycles in hand, waits for effects under way, gives everything back. */
  async close(deadlineMs: number): Promise<void> {
    this.closing = true;
    this.stopListening?.();
    const end = host.monotonic() + deadlineMs;
    const left = (): number => Math.max(0, end - host.monotonic());
    for (const timer of [this.pollTimer, this.wakeTimer, this.leaseTimer, this.sleeperTimer]) timer?.cancel();
    const gaveUp = host.after(deadlineMs + COMMIT_GRACE_MS, () => this.context.committer.close());
    await this.polling?.catch(() => {});
    // A commit that was under way may have begun an effect, and an effect's outcome begins a cycle.
    do {
      await this.dispatcher.drain(left());
      await Promise.all([...this.held.values()].map((held) => held.whenResting()));
    } while (!this.dispatcher.isIdle && left() > 0);
    this.dispatcher.stop();
    gaveUp.cancel();
    this.wakeTimer?.cancel();
    this.held.clear();
    if (this.id !== '') await this.store.workers.leave(this.id).catch(() => {});
    this.closed = true;
  }

  // ——— The lease ———

  private async register(): Promise<void> {
    const identity: Omit<StoredWorker, 'expired'> = {
      id: host.uuid().slice(0, 8),
      host: host.hostname(),
      boot: host.bootId(),
      pid: host.pid(),
      started: processStart(host.pid()) ?? '',
    };
    await this.store.workers.register(identity, this.options.leaseMs);
    this.id = identity.id;
    await this.clock.synchronise(() => this.store.clock());
    this.leaseTimer = host.after(this.options.leaseMs / 3, () => void this.renew());
  }

  private async renew(): Promise<void> {
    if (this.closing) return;
    try {
      const sent = host.monotonic();
      const now = await this.store.workers.renew(this.id, this.options.leaseMs);
      if (now !== null) this.clock.learn(now, sent, host.monotonic());
      else await this.reborn();
      await this.store.workers.freeOrphans();
    } catch {
      // Unreachable: if it lasts, others take over; the log keeps us from doing harm.
    }
    if (!this.closing) this.leaseTimer = host.after(this.options.leaseMs / 3, () => void this.renew());
  }

  /** Others have taken our runs, believing us gone. We begin again under a new name. */
  private async reborn(): Promise<void> {
    this.held.clear();
    await this.register();
  }

  /** Frees what workers held that are surely gone: their lease has run out, or they were processes of this machine. */
  private async buryDead(): Promise<void> {
    for (const worker of await this.store.workers.list()) {
      if (worker.id !== this.id && isGone(worker)) await this.store.workers.bury(worker.id);
    }
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
        this.pollTimer = host.after(this.options.pollMs, () => void this.pollAndBury());
      }
    });
    return this.polling;
  }

  private async pollAndBury(): Promise<void> {
    await this.buryDead().catch(() => {});
    await this.poll();
  }

  private async look(): Promise<void> {
    try {
      if (this.uncertain) await this.recover();
      const news = await this.store.runs.news(this.id);
      for (const uid of news.keys()) await this.takeNews(uid);
      const room = this.options.runsMax - this.held.size;
      if (room > 0) {
        const claimed = await this.store.runs.claim(this.id, this.registry.entries(), room);
        await Promise.all(claimed.map((run) => this.adopt(run)));
      }
      await this.releaseRested();
      await this.scheduleSleepers();
    } catch (error) {
      if (!(error instanceof PerdureError)) throw error;
      // The store is unreachable: the next poll tries again.
      this.uncertain = true;
    }
  }

  /** Asks the store what this worker holds: answers to claims, and news, may have been lost. */
  private async recover(): Promise<void> {
    this.uncertain = false;
    for (const run of await this.store.runs.heldBy(this.id)) {
      const held = this.held.get(run.uid);
      if (!held) await this.adopt(run);
      else if (run.mail > held.mailSeen) await this.takeNews(run.uid);
    }
  }

  private async takeNews(uid: string): Promise<void> {
    const held = this.held.get(uid);
    if (!held) return;
    const entries = await this.store.inbox.after(uid, held.mailSeen);
    try {
      await held.pinned(async () => {
        for (const { n, entry } of entries) await this.takeEntry(held, n, entry);
      });
    } catch (error) {
      if (!(error instanceof CorruptState)) throw error;
      await held.park(error);
    }
  }

  private async takeEntry(held: HeldRun, n: number, text: string): Promise<void> {
    if (n <= held.mailSeen) return;
    const arrival = parseEntry(n, text);
    // Before it counts as taken in: should the store fail now, it is taken again.
    if (arrival.kind === 'retry') await this.retryEffect(held, arrival);
    held.mailSeen = n;
    // A decision about an effect in doubt, or a late outcome: the store holds claims that it settles.
    if (arrival.kind === 'result' || arrival.kind === 'failure') held.hasClaims(arrival.request);
    held.arrive(arrival);
  }

  private async retryEffect(held: HeldRun, { request, attempt }: { request: number; attempt: number }): Promise<void> {
    const claims = (await this.store.claims.of(held.uid)).filter((claim) => claim.request === request);
    if (!claims.some((claim) => claim.doubt && claim.attempt === attempt)) return; // somebody has decided before
    const pending = held.pendingEffects().find(({ call }) => call.request === request);
    if (!pending || !held.awaits(request)) return;
    held.hasClaims(request);
    await this.dispatcher.retry(pending.call, attempt);
  }

  /** Takes a claimed run into memory and lets it go on. */
  private async adopt(claimed: ClaimedRun): Promise<void> {
    let cycle = 0;
    try {
      const program = await this.programOf(claimed.artifact);
      const loaded = await this.store.log.load(claimed.uid);
      cycle = loaded.log.at(-1)?.seq ?? 0;
      const history = foldHistory(loaded.image, loaded.log);
      const held = new HeldRun(this.context, claimed, program, history);
      this.held.set(claimed.uid, held);
      // Before anything arrives: what is under way now was claimed by somebody before.
      const pending = held.pendingEffects();
      cycle = history.seq + 1;
      for (const { request } of loaded.claims) held.hasClaims(request);
      await held.pinned(async () => {
        if (history.seq === 0) held.arrive(startOf(loaded.log[0]!.cause));
        for (const { n, entry } of loaded.inbox) await this.takeEntry(held, n, entry);
        // What has arrived may have settled some.
        await this.resumeEffects(held, pending.filter(({ call }) => held.awaits(call.request)), loaded);
      });
      held.fireTimers(this.clock.earliest());
      this.schedule();
    } catch (error) {
      this.held.delete(claimed.uid);
      await this.quarantine(claimed, cycle, error);
    }
  }

  private async resumeEffects(held: HeldRun, pending: { call: EffectCall; by: string }[], loaded: LoadedRun): Promise<void> {
    for (const { call, by } of pending) {
      const further = loaded.claims.filter((claim) => claim.request === call.request);
      await this.dispatcher.resume(call, { first: by, further });
      if (further.length === 0) held.hasClaims(call.request);
    }
  }

  /** One bad run stops no other: it is parked with the reason. */
  private async quarantine(run: ClaimedRun, cycle: number, error: unknown): Promise<void> {
    if (error instanceof StoreError) {
      this.uncertain = true; // it is taken again when the store answers
      return;
    }
    try {
      if (error instanceof PerdureError && ELSEWHERE.has(error.code)) {
        this.tell(run, error);
        const later = this.clock.latest() + ELSEWHERE_MS;
        if (!(await this.store.runs.release(run.uid, this.id, run.mail, later))) this.uncertain = true;
        return;
      }
      const reason = error instanceof PerdureError ? error : new PerdureError('load_failed', String((error as Error)?.stack ?? error));
      await this.store.runs.park(run.uid, this.id, reasonText(run.id, cycle, reason, hostProgram));
      this.notify(run.uid);
    } catch {
      this.uncertain = true;
    }
  }

  /** Another worker may be able to run it: an older or newer one, while versions change. */
  private tell(run: ClaimedRun, error: PerdureError): void {
    const key = `${run.artifact} ${error.code}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    host.warn(`perdure: the run '${run.id}' and others of its program wait for another worker (${error.code}): ${error.message}`);
  }

  private async programOf(hash: string): Promise<Program> {
    const known = this.registry.program(hash);
    if (known) return known;
    const content = await this.store.artifacts.load(hash);
    if (content === null) throw new PerdureError('artifact_missing', `The program ${hash} of this run is not stored`);
    let artifact: Artifact;
    try {
      artifact = JSON.parse(content) as Artifact;
    } catch {
      throw new PerdureError('artifact_hash', `The stored program ${hash} is not JSON: it was changed in the database.`);
    }
    return this.registry.adopt(artifact);
  }

  /** The outcome of an effect whose run somebody else may hold by now. Twice does no harm. */
  private async sendLate(uid: string, entry: InboxEntry): Promise<void> {
    for (let pauseMs = 50; !this.closed; pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        await this.store.inbox.sendToUid(uid, writeEntry(entry));
        this.store.sql.announce();
        return;
      } catch {
        await new Promise<void>((resolve) => host.after(pauseMs, resolve));
      }
    }
  }

  // ——— Timers and rest ———

  /** Sets the alarm for the next timer of a held run, and for the next run that has rested long enough. */
  private schedule(): void {
    if (this.closing) return;
    let nextMs = Number.POSITIVE_INFINITY;
    const now = this.clock.earliest();
    for (const held of this.held.values()) {
      const due = held.nextTimer();
      if (due !== null) nextMs = Math.min(nextMs, due - now);
      if (held.isResting) nextMs = Math.min(nextMs, held.restingSince + this.options.restMs - host.monotonic());
    }
    this.wakeTimer?.cancel();
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.wakeTimer = host.after(Math.max(0, Math.ceil(nextMs)), () => void this.wake());
  }

  private async wake(): Promise<void> {
    const now = this.clock.earliest();
    for (const held of [...this.held.values()]) held.fireTimers(now);
    await this.releaseRested();
    await this.scheduleSleepers().catch(() => {});
    this.schedule();
  }

  private async releaseRested(): Promise<void> {
    const before = host.monotonic() - this.options.restMs;
    const rested = [...this.held.values()].filter((held) => held.isResting && held.restingSince <= before);
    await Promise.all(rested.map((held) => held.release()));
  }

  /** Looks again when the next sleeping run is due, if that is before the next poll. */
  private async scheduleSleepers(): Promise<void> {
    const inMs = await this.store.runs.nextDue(this.registry.entries());
    if (inMs === null || inMs > this.options.pollMs || this.closing) return;
    this.sleeperTimer?.cancel();
    this.sleeperTimer = host.after(Math.max(0, Math.ceil(inMs)), () => this.hint());
  }
}

function startOf(cause: string): Arrival {
  return JSON.parse(cause) as Arrival;
}

/** A worker whose lease has run out, or a process of this very machine that is not there any more. */
function isGone(worker: StoredWorker): boolean {
  if (worker.expired) return true;
  if (worker.host !== host.hostname() || worker.boot !== host.bootId()) return false;
  const started = processStart(worker.pid);
  return started === null || started !== worker.started;
}
