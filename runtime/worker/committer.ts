/**
 * Group commit: what is ready at the end of a turn of the event loop goes into the database together. A lone run
 * commits at once, and a thousand share their round trips. Two statements may be under way: while the database writes
 * for some runs, this process evaluates others.
 *
 * Only what is proven committed is reported as such. An answer that is lost is normal: then the log is read back
 * and compared. A statement that the database refuses is split until the one bad checkpoint stands alone. Where it refuses all that this
 * process asks, as after its password was changed, no run is to blame, and they wait. A checkpoint that ends a run waits alone while somebody
 * has locked that run.
 */
import { host } from '../host.ts';
import { refusesContent, StoreError } from '../store/errors.ts';
import { Pauses } from './pauses.ts';
import type { Commit } from '../store/log.ts';
import type { Store } from '../store/store.ts';

/** Who is told what becomes of a commit. */
export interface Author {
  committed(): void;
  /** It is not written, for all that is known: another worker has written this cycle, or this one closes. */
  lost(): void;
  /** The database refuses it for what it contains. */
  refused(error: unknown): void;
}

interface Waiting {
  readonly commit: Commit;
  readonly author: Author;
  /** The author knows what became of it. */
  isTold: boolean;
  /** An answer was lost, so that it may be there already. */
  isUnsure: boolean;
  /** The last pause after which it was tried again, in ms. */
  pausedMs: number;
}

const BATCH_MAX = 500;
/** Statements under way at once. */
const LANES = 2;
const BACKOFF_MIN_MS = 50;
const BACKOFF_MAX_MS = 5000;
/** Somebody is sending to a run that would end: as a rule in a single statement. */
const LOCKED_MIN_MS = 4;
const LOCKED_MAX_MS = 500;

export class Committer {
  private readonly store: Store;
  private readonly queue: Waiting[] = [];
  private lanes = 0;
  private scheduled = false;
  private readonly pauses = new Pauses();
  private closed = false;
  /** The app was told that the database refuses all that it asks, and nothing has gone in since. */
  private isTold = false;

  constructor(store: Store) {
    this.store = store;
  }

  /** Commits a checkpoint. */
  commit(commit: Commit, author: Author): void {
    this.queue.push({ commit, author, isTold: false, isUnsure: false, pausedMs: 0 });
    this.schedule();
  }

  /** Gives up on a database that does not answer. What is not written then has not happened. */
  close(): void {
    this.closed = true;
    this.pauses.endAll();
  }

  /** Has the database nothing of it to do? */
  get isIdle(): boolean {
    return this.lanes === 0 && this.queue.length === 0;
  }

  private schedule(): void {
    if (this.scheduled || this.lanes === LANES || this.queue.length === 0) return;
    this.scheduled = true;
    // What else is evaluated in this turn of the event loop goes along.
    host.afterThis(() => {
      this.scheduled = false;
      void this.run();
    });
  }

  private async run(): Promise<void> {
    this.lanes++;
    const written = this.write(this.queue.splice(0, BATCH_MAX));
    this.schedule();
    await written;
    this.lanes--;
    this.schedule();
  }

  private async write(batch: Waiting[]): Promise<void> {
    for (let backoffMs = BACKOFF_MIN_MS; ; backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS)) {
      const unsure = batch.some(({ isUnsure }) => isUnsure);
      try {
        if (unsure) batch = await this.readBack(batch);
        if (batch.length === 0) return;
        const left = await this.store.log.commit(batch.map(({ commit }) => commit));
        this.isTold = false;
        const written = batch;
        batch = left.size === 0 ? [] : batch.filter(({ commit }) => left.has(commit));
        for (const waiting of written) if (!left.has(waiting.commit)) tell(waiting, 'committed');
        // One whose answer was lost may have gone in just now.
        if (unsure) batch = await this.readBack(batch);
        for (const waiting of batch) {
          if (left.get(waiting.commit) === 'locked') void this.putOff(waiting);
          else tell(waiting, 'lost');
        }
        return;
      } catch (error) {
        if (!(error instanceof StoreError) || refusesContent(error)) {
          await this.split(batch, error);
          return;
        }
        if (error.kind === 'refused' && !this.isTold) {
          this.isTold = true;
          host.warn(`perdure: steps cannot be stored, and wait until they can: ${error.message}`);
        }
        if (error.kind === 'unknown') for (const waiting of batch) waiting.isUnsure = true;
        if (!this.closed) await this.pauses.pause(backoffMs);
        if (this.closed) {
          for (const waiting of batch) tell(waiting, 'lost');
          return;
        }
      }
    }
  }

  /** Finds out what became of commits whose answer was lost. Returns those that have not been written. */
  private async readBack(batch: Waiting[]): Promise<Waiting[]> {
    const left: Waiting[] = [];
    for (const waiting of batch) {
      const { commit } = waiting;
      const hash = await this.store.log.hashAt(commit.uid, commit.seq);
      if (hash === null) left.push(waiting);
      else tell(waiting, hash === commit.hash.toString('hex') ? 'committed' : 'lost');
    }
    return left;
  }

  /** Its run has been locked by somebody, perhaps for long: the others do not wait for that. */
  private async putOff(waiting: Waiting): Promise<void> {
    waiting.pausedMs = Math.min(Math.max(LOCKED_MIN_MS, 2 * waiting.pausedMs), LOCKED_MAX_MS);
    await this.pauses.pause(waiting.pausedMs);
    if (this.closed) {
      tell(waiting, 'lost');
      return;
    }
    this.queue.push(waiting);
    this.schedule();
  }

  private async split(batch: Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1) {
      tell(batch[0]!, 'refused', error);
      return;
    }
    const middle = batch.length >> 1;
    await this.write(batch.slice(0, middle));
    await this.write(batch.slice(middle));
  }
}

/** Once: what was read back is read back again if the connection breaks before the rest is. */
function tell(waiting: Waiting, became: keyof Author, error?: unknown): void {
  if (waiting.isTold) return;
  waiting.isTold = true;
  try {
    waiting.author[became](error);
  } catch (wrong) {
    // What one author makes of it is nothing that the others of its statement should feel.
    host.raise(wrong);
  }
}
