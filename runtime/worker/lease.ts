/**
 * What tells others that this worker lives, by the database's clock. It saves work and never decides safety: the log
 * does. A worker that others have buried begins again under a new name.
 */
import { host, type Timer } from '../host.ts';
import type { Store } from '../store/store.ts';
import type { Holdings, StoredWorker } from '../store/workers.ts';
import type { DatabaseClock } from './clock.ts';

export interface LeaseEvents {
  /** Others have taken what this worker held, believing it gone. */
  lost(): void;
  /** A worker did not end in order: another one, or this one under an earlier name. */
  workerBuried(): void;
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
    if (await this.store.workers.register(identity, this.leaseMs, this.serves())) this.told.workerBuried();
    this.worker = identity.id;
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

  /** Frees what workers held that are surely gone: their lease has run out, or they were processes of this machine. */
  async buryDead(): Promise<void> {
    for (const worker of await this.store.workers.list()) {
      if (worker.id === this.worker || !isGone(worker)) continue;
      this.told.workerBuried();
      await this.store.workers.bury(worker.id);
    }
  }

  private schedule(): void {
    if (this.ended) return;
    this.timer = host.after(this.leaseMs / 3, () => {
      this.renewing = this.renew();
    });
  }

  private async renew(): Promise<void> {
    if (this.ended) return;
    try {
      const sent = host.monotonic();
      const renewal = await this.store.workers.renew(this.worker, this.leaseMs);
      if (this.ended) return;
      if (renewal === null) {
        this.told.lost();
        await this.begin();
        return;
      }
      this.clock.learn(renewal.nowMs, sent, host.monotonic());
      this.told.renewed(renewal.holdings);
      await this.store.workers.freeOrphans();
    } catch {
      // Unreachable: if it lasts, others take over; the log keeps us from doing harm.
    }
    this.schedule();
  }
}

/** A worker whose lease has run out, or a process of this very machine that is not there any more. */
function isGone(worker: StoredWorker): boolean {
  if (worker.expired) return true;
  if (worker.host !== host.hostname() || worker.boot !== host.bootId()) return false;
  const started = host.processStart(worker.pid);
  return started === null || started !== worker.started;
}
