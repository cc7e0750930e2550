/**
 * Calls of effects that wait until they may be made: for a limit, or for a process that serves their queue.
 */
import { forgetLanes, grantErrands, putLimits, takeDoubts } from './queries/grants.ts';
import { doubtErrand, dropErrands, finishErrand, finishErrandInside, freeErrands, putErrands, repeatErrand, retryErrand, returnErrands, errandsOfRun, errandsOfWorker, withdrawErrands } from './queries/errands.ts';
import type { Row, Sql } from './sql.ts';

/** An attempt at a call. */
export interface ErrandKey {
  uid: string;
  request: number;
  attempt: number;
}

export interface NewErrand extends ErrandKey {
  effect: string;
  /** As JSON text. */
  args: string;
  askedMs: number;
  /** Empty: any worker that provides the effect makes it. */
  queue: string;
  lane: string;
  /** The number of the last inbox entry that was seen. */
  mail: number;
  /** Who holds the run. */
  worker: string;
}

/** What a worker is granted. */
export interface GrantedErrand extends ErrandKey {
  /** The run's id. */
  run: string;
  effect: string;
  queue: string;
  args: string;
  askedMs: number;
  beganMs: number;
  /** The last heartbeat that had details, as JSON text. */
  heartbeat: string | null;
}

/** What a worker makes, and how much more of it now. */
export interface Served {
  queue: string;
  effect: string;
  /** Of the queue: the same for all its effects. */
  room: number;
  idempotent: boolean;
}

export interface Grants {
  errands: GrantedErrand[];
  /** Somebody else was just looking: there may be more at once. */
  again: boolean;
  /** In how many ms there may be more; null: only news will tell. */
  inMs: number | null;
}

/**
 * What becomes of a call that is taken back: the inbox has how it has ended; who makes it is told; there is no errand of it; its outcome
 * is on its way through the inbox; it is just being granted, so that it must be taken back again.
 */
export type Withdrawn = 'ended' | 'told' | 'none' | 'ending' | 'again';

export interface HeldErrand extends ErrandKey {
  doubt: boolean;
  told: boolean;
  /** Its run is: nobody waits for how it ends. */
  terminated: boolean;
  /** By which grant: that of the same attempt to the same worker may be another one later. null: it was taken as a doubt. */
  grant: string | null;
}

export interface EffectLimit {
  effect: string;
  concurrency: number | null;
  rate: { limit: number; perMs: number } | null;
}

/** An errand as people see it. */
export interface ShownErrand {
  request: number;
  attempt: number;
  queue: string;
  /** Who makes it; null: it waits. */
  worker: string | null;
  doubt: boolean;
  readyMs: number;
  /** How long it has waited. */
  waitingMs: number;
  /** How many go before it. */
  ahead: number | null;
  /** Does any worker serve its queue? */
  served: boolean;
  limit: Omit<EffectLimit, 'effect'>;
}

export class Errands {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Returns the uids of the runs that the worker holds and whose inbox it has seen: of others nothing is put. */
  async put(errands: readonly NewErrand[]): Promise<Set<string>> {
    const column = <T>(pick: (errand: NewErrand) => T): T[] => errands.map(pick);
    const rows = await this.sql.query(putErrands, [
      column((t) => t.uid),
      column((t) => t.request),
      column((t) => t.attempt),
      column((t) => t.effect),
      column((t) => t.args),
      column((t) => t.askedMs),
      column((t) => t.queue),
      column((t) => t.lane),
      column((t) => t.mail),
      column((t) => t.worker),
    ]);
    return new Set(rows.map((row) => String(row.uid)));
  }

  /** Another attempt at one in doubt. Null: the worker does not hold the run; 'none': no such errand is in doubt. */
  async repeat({ uid, request, attempt }: ErrandKey, worker: string): Promise<'waiting' | 'none' | null> {
    const [row] = await this.sql.query(repeatErrand, [uid, request, attempt, worker]);
    return row ? (String(row.became) as 'waiting') : null;
  }

  /** Takes calls of a run back, and tells what has become of each. Null: the worker does not hold the run. */
  async withdraw(uid: string, requests: readonly number[], worker: string): Promise<Map<number, Withdrawn> | null> {
    const rows = await this.sql.query(withdrawErrands, [uid, requests, worker]);
    return rows.length === 0 ? null : new Map(rows.map((row) => [Number(row.request), String(row.became) as Withdrawn]));
  }

  /** Of a run that was terminated nothing is begun any more, and what is under way is told to stop. */
  async drop(uid: string): Promise<void> {
    await this.sql.query(dropErrands, [uid]);
  }

  async grant(worker: string, served: readonly Served[]): Promise<Grants> {
    const column = <T>(pick: (one: Served) => T): T[] => served.map(pick);
    const rows = await this.sql.query(grantErrands, [
      worker,
      column((s) => s.queue),
      column((s) => s.effect),
      column((s) => s.room),
      column((s) => s.idempotent),
    ]);
    const [first] = rows;
    return {
      errands: rows.filter((row) => row.uid !== null).map(grantedErrand),
      again: first?.again === true,
      inMs: first?.in_ms === null || first === undefined ? null : Number(first.in_ms),
    };
  }

  /** Takes doubts to find out about. */
  async takeDoubts(worker: string, served: readonly Pick<Served, 'queue' | 'effect'>[], limit: number): Promise<GrantedErrand[]> {
    const rows = await this.sql.query(takeDoubts, [worker, served.map(({ queue }) => queue), served.map(({ effect }) => effect), limit]);
    return rows.map(grantedErrand);
  }

  /** Puts an outcome into the run's inbox. Returns false if it does not count. */
  async finish({ uid, request, attempt }: ErrandKey, entry: string, isFailure: boolean): Promise<boolean> {
    return (await this.sql.query(finishErrand, [uid, request, attempt, entry, isFailure])).length === 1;
  }

  /** The same inside a transaction of the app. Returns its number, or null if the attempt is not this worker's. */
  async finishInside({ uid, request, attempt }: ErrandKey, worker: string, entry: string): Promise<{ transaction: string } | null> {
    const [row] = await this.sql.query(finishErrandInside, [uid, request, attempt, worker, entry]);
    return row ? { transaction: String(row.transaction) } : null;
  }

  async retry({ uid, request, attempt }: ErrandKey, worker: string, failure: string, pauseMs: number): Promise<'waiting' | 'told' | 'lost'> {
    const [row] = await this.sql.query(retryErrand, [uid, request, attempt, worker, failure, pauseMs]);
    return String(row!.became) as 'waiting';
  }

  async doubt({ uid, request, attempt }: ErrandKey, worker: string): Promise<'doubtful' | 'told' | 'lost'> {
    const [row] = await this.sql.query(doubtErrand, [uid, request, attempt, worker]);
    return String(row!.became) as 'doubtful';
  }

  /**
   * Frees what workers had that are gone. Returns what they were told to stop. `pausesMs`: the longest pause until one is made again, by how
   * many attempts were lost with their workers since the last that failed; one of which more were lost is in doubt.
   */
  async free(pausesMs: readonly number[]): Promise<ErrandKey[]> {
    return (await this.sql.query(freeErrands, [pausesMs])).map(errandKey);
  }

  async of(worker: string): Promise<HeldErrand[]> {
    const rows = await this.sql.query(errandsOfWorker, [worker]);
    return rows.map((row) => ({
      ...errandKey(row),
      doubt: row.doubt === true,
      told: row.told === true,
      terminated: row.terminated === true,
      grant: row.granted === null ? null : String(row.granted),
    }));
  }

  /** Gives back what was granted and has not begun, but for what was told to stop. */
  async giveBack(worker: string, errands: readonly HeldErrand[]): Promise<void> {
    const column = <T>(pick: (errand: HeldErrand) => T): T[] => errands.map(pick);
    await this.sql.query(returnErrands, [worker, column((e) => e.uid), column((e) => e.request), column((e) => e.attempt), column((e) => e.grant)]);
  }

  async limit(limits: readonly EffectLimit[]): Promise<void> {
    await this.sql.query(putLimits, [
      limits.map(({ effect }) => effect),
      limits.map(({ concurrency }) => concurrency),
      limits.map(({ rate }) => rate?.limit ?? null),
      limits.map(({ rate }) => rate?.perMs ?? null),
    ]);
  }

  async forgetLanes(sinceMs: number): Promise<void> {
    await this.sql.query(forgetLanes, [sinceMs]);
  }

  async ofRun(uid: string): Promise<ShownErrand[]> {
    return (await this.sql.query(errandsOfRun, [uid])).map((row) => ({
      request: Number(row.request),
      attempt: Number(row.attempt),
      queue: String(row.queue),
      worker: row.worker === null ? null : String(row.worker),
      doubt: row.doubt === true,
      readyMs: Number(row.ready_ms),
      waitingMs: Math.max(0, Number(row.waiting_ms)),
      ahead: row.ahead === null ? null : Number(row.ahead),
      served: row.served === true,
      limit: {
        concurrency: row.concurrency === null ? null : Number(row.concurrency),
        rate: row.rate === null ? null : { limit: Number(row.rate), perMs: Number(row.per_ms) },
      },
    }));
  }
}

const errandKey = (row: Row): ErrandKey => ({ uid: String(row.uid), request: Number(row.request), attempt: Number(row.attempt) });

const grantedErrand = (row: Row): GrantedErrand => ({
  ...errandKey(row),
  run: String(row.run),
  effect: String(row.effect),
  queue: String(row.queue),
  args: String(row.args),
  askedMs: Number(row.asked_ms),
  beganMs: Number(row.began_ms),
  heartbeat: row.heartbeat === null ? null : String(row.heartbeat),
});
