/**
 * What tells others that this worker lives, by the database's clock. It saves work and never decides safety: the log
 * does. A worker that others have buried begins again under a new name.
 *
 * When a database was away for longer than a lease, all leases have run out, and everybody lives. So a worker believes a lease only if it has
 * itself heard of the database, without a gap, for as long as a lease is: by then all that live have renewed theirs.
 */
import { host, type Timer } from '../host.ts';
import type { Store } from '../store/store.ts';
import type { Holdings, StoredWorker } from '../store/workers.ts';
import type { DatabaseClock } from './clock.ts';

export interface LeaseEvents {
  /** Others have taken what this worker held, believing it gone. */
  lost(): void;
  /** A worker did not end in order: another one, or this one under an earlier name. It was found dead so many ms ago. */
  workerBuried(agoMs: number): void;
  /** The lease is renewed; so the store says what this worker holds. */
  renewed(holdings: Holdings): void;
}

export class Lease {
  private readonly store: Store;
  private readonly clock: DatabaseClock;
  private readonly leaseMs: number;
  private readonly serves: () => string[];
  private readonly told: LeaseEvents;
  private timer: Timer | null = null;
  private renewing: Promise<void> | null = null;
  private ended = false;
  /** Somebody was sending to runs of a worker when it was buried. */
  private orphansLeft = false;
  /** When the database has answered last, and since when without a gap, by the monotonic clock. */
  private heardAt = Number.NEGATIVE_INFINITY;
  private heardSince = Number.POSITIVE_INFINITY;
  /** The name of this incarnation; empty before the first. */
  worker = '';

  /** `serves` are the queues that this worker serves. */
  constructor(store: Store, clock: DatabaseClock, leaseMs: number, serves: () => string[], told: LeaseEvents) {
    this.store = store;
    this.clock = clock;
    this.leaseMs = leaseMs;
    this.serves = serves;
    this.told = told;
  }

  async begin(): Promise<void> {
    const identity: Omit<StoredWorker, 'expired'> = {
      id: host.uuid().slice(0, 8),
      host: host.hostname(),
      boot: host.bootId(),
      pid: host.pid(),
      started: host.processStart(host.pid()) ?? '',
    };
    const agoMs = await this.store.workers.register(identity, this.leaseMs, this.serves());
    if (agoMs !== null) this.told.workerBuried(agoMs);
    this.worker = identity.id;
    this.hear();
    if (this.ended) return;
    await this.clock.synchronise(() => this.store.clock());
    this.schedule();
  }

  /** No more renewals; what is held is still held. Resolves when none is under way: a name may be being taken. */
  async stop(): Promise<void> {
    this.ended = true;
    this.timer?.cancel();
    await this.renewing;
  }

  /** Frees what workers held that are gone: they were processes of this machine, or their lease has run out. */
  async buryDead(): Promise<void> {
    if (this.orphansLeft) this.orphansLeft = (await this.store.workers.freeOrphans()) > 0;
    for (const worker of await this.store.workers.list()) {
      if (worker.id === this.worker) continue;
      const isDead = isGone(worker);
      if (!isDead && !(worker.expired && this.hearsWithoutGap)) continue;
      this.told.workerBuried(0);
      const left = isDead ? await this.store.workers.bury(worker.id) : await this.store.workers.buryExpired(worker.id);
      this.orphansLeft ||= left > 0;
    }
  }

  /** The longest silence that is none: a renewal comes every third of a lease. */
  private get gapMs(): number {
    return this.leaseMs / 2;
  }

  private hear(): void {
    const now = host.monotonic();
    if (now - this.heardAt > this.gapMs) this.heardSince = now;
    this.heardAt = now;
  }

  private get hearsWithoutGap(): boolean {
    const now = host.monotonic();
    return now - this.heardAt <= this.gapMs && now - this.heardSince >= this.leaseMs;
  }

  private schedule(inMs = this.leaseMs / 3): void {
    if (this.ended) return;
    this.timer = host.after(inMs, () => {
      this.renewing = this.renew();
    });
  }

  /** Undefined when there is no answer in time; one that comes later is nobody's. */
  private answerInTime<T>(answer: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const timer = host.after(this.leaseMs / 3, () => resolve(undefined));
      this.timer = timer; // so that nothing is left of it when this ends
      answer.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  private async renew(): Promise<void> {
    if (this.ended) return;
    try {
      const sent = host.monotonic();
      const renewal = await this.answerInTime(this.store.workers.renew(this.worker, this.leaseMs));
      if (renewal === undefined) {
        this.schedule(0); // by another connection: this one may have fallen silent, and there is still time
        return;
      }
      this.hear();
      if (this.ended) return;
      if (renewal === null) {
        this.told.lost();
        await this.begin();
        return;
      }
      this.clock.learn(renewal.nowMs, sent, host.monotonic());
      this.told.renewed(renewal.holdings);
      this.store.workers.freeOrphans().catch(() => {}); // the next renewal does not wait for it
    } catch {
      // Unreachable: if it lasts, others take over; the log keeps us from doing harm.
    }
    this.schedule();
  }
}

/** A process of this very machine that is not there any more. */
function isGone({ host: name, boot, pid, started }: StoredWorker): boolean {
  if (name !== host.hostname() || boot !== host.bootId()) return false;
  const actual = host.processStart(pid);
  return actual === null ? !host.isRunning(pid) : started !== '' && actual !== started;
}
