/**
 * The log of runs and its images: the state, as text that the store does not read.
 *
 * A log begins with entry 0, the start. Of a run that has begun before it was stored (`queries/start-run.ts`) the first row is number 1,
 * and is both: the start is its cause, and nothing else is in entry 0. Whoever reads a log here gets the two.
 */
import { firstHash } from '../chain.ts';
import { commitAnswers, commitCycle, commitCycles, commitEnds, readHash, writeImage } from './queries/commit-cycles.ts';
import { moveRun } from './queries/move-run.ts';
import { retryRun } from './queries/retry-run.ts';
import { LOG_PAGE, loadLog, loadRun, loadRunAt, readLog } from './queries/load-run.ts';
import { StoreError } from './errors.ts';
import { terminateRun } from './queries/terminate-run.ts';
import { storedClaim, type StoredClaim } from './claims.ts';
import type { RunStatus } from './runs.ts';
import type { Row, Sql, Statement } from './sql.ts';

/** One checkpoint, as the store sees it. */
export interface Commit {
  uid: string;
  seq: number;
  prev: Buffer;
  hash: Buffer;
  cause: string;
  delta: string;
  capture: string | null;
  /** Who holds the run. */
  worker: string;
  /** Set when the workflow has ended in this cycle, and when the run is over (`status`). */
  end: { status: RunStatus | null; outcome: string | null } | null;
  /** The inbox is consumed up to this number; null: nothing of it. */
  mail: number | null;
  /** Requests whose further claims are settled. */
  settled: number[];
  /** Answers to questions, as text. */
  replies?: { channel: string; key: string; reply: string }[] | null;
}

/** Another worker has written that cycle, or holds the run; or the run would end, and somebody has locked it: then the commit may go in later. */
export type NotWritten = 'lost' | 'locked';

/** The last entry of a run that is ended from outside. */
export interface Termination extends Pick<Commit, 'uid' | 'cause' | 'delta'> {
  /** Of a workflow that has not ended. */
  outcome: string;
}

/** The entry by which a log goes back, and what is put back into the inbox. */
export interface Return extends Pick<Commit, 'uid' | 'seq' | 'prev' | 'hash' | 'cause' | 'delta'> {
  to: number;
  /** The number of the last inbox entry. */
  mail: { before: number; after: number };
  entries: { n: number; entry: string }[];
  /** The program that it goes on with, if that is another. */
  program: string | null;
  /** The state that fits it, as text. */
  state: string | null;
}

export interface LogRow {
  seq: number;
  hash: string;
  delta: string;
  cause: string;
}

export interface LoadedRun {
  image: { seq: number; state: string } | null;
  log: LogRow[];
  inbox: { n: number; entry: string }[];
  claims: StoredClaim[];
  /** Requests that wait for their turn, or that others make. */
  errands: Set<number>;
}

export class Log {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  async load(uid: string): Promise<LoadedRun> {
    const rows = await this.sql.query(loadRun, [uid]);
    const loaded: LoadedRun = { image: null, log: [], inbox: [], claims: [], errands: new Set() };
    for (const row of rows) {
      const n = Number(row.n);
      switch (Number(row.part)) {
        case 1:
          loaded.image = { seq: n, state: String(row.a) };
          break;
        case 2:
          loaded.log.push(logRow(row));
          break;
        case 3:
          loaded.inbox.push({ n, entry: String(row.a) });
          break;
        case 5:
          loaded.errands.add(n);
          break;
        default:
          loaded.claims.push(storedClaim({ request: n, attempt: row.a, worker: row.hash, failure: row.b, facts: row.c }));
      }
    }
    loaded.claims.sort((a, b) => a.request - b.request || a.attempt - b.attempt);
    for (let page = loaded.log.length; page === LOG_PAGE; ) {
      const more = await this.sql.query(loadLog, [uid, loaded.log.at(-1)!.seq]);
      loaded.log.push(...more.map(logRow));
      page = more.length;
    }
    if (!loaded.image) loaded.log = withStart(uid, loaded.log);
    return loaded;
  }

  /** Image and log up to a cycle. */
  async loadAt(uid: string, seq: number): Promise<Pick<LoadedRun, 'image' | 'log'>> {
    const rows = await this.sql.query(loadRunAt, [uid, seq]);
    const image = rows.find((row) => Number(row.part) === 1);
    const log = rows.filter((row) => Number(row.part) === 2).map(logRow);
    if (image) return { image: { seq: Number(image.n), state: String(image.a) }, log };
    return { image: null, log: withStart(uid, log).filter((row) => row.seq <= seq) };
  }

  /**
   * Commits checkpoints. Returns those that did not go in, and why. Throws StoreError `store_duplicate`, and nothing
   * went in, if one of several has lost in the very moment.
   */
  async commit(commits: readonly Commit[]): Promise<Map<Commit, NotWritten>> {
    try {
      return await this.insert(commits);
    } catch (error) {
      const [first] = commits;
      if (commits.length !== 1 || !first || !(error instanceof StoreError)) throw error;
      if (error.code === 'store_duplicate' || (error.code === 'store_incomplete' && isPlain(first))) return new Map([[first, 'lost']]);
      throw error;
    }
  }

  /**
   * The first commit will come soon. A connection must be made for it, and the first large statement there waits for what the server has to read to
   * plan it (measured: 11 of the 59 ms from `work` to the next step of a run whose worker was killed).
   */
  prepare(): void {
    this.sql.prepare?.(commitEnds);
  }

  private async insert(commits: readonly Commit[]): Promise<Map<Commit, NotWritten>> {
    const [first] = commits;
    if (commits.length === 1 && first && isPlain(first)) {
      const { uid, seq, prev, hash, cause, delta, capture, worker } = first;
      await this.sql.query(commitCycle, [uid, seq, prev, hash, cause, delta, capture, worker]);
      return new Map();
    }
    const [row] = await this.sql.query(...commitStatement(commits));
    const left = new Map<Commit, NotWritten>();
    if (Number(row!.written) === commits.length) return left;
    const [written, locked] = [row!.hashes, row!.locked ?? ''].map((hashes) => new Set(String(hashes).split(',')));
    for (const commit of commits) {
      const hash = commit.hash.toString('hex');
      if (!written!.has(hash)) left.set(commit, locked!.has(hash) ? 'locked' : 'lost');
    }
    return left;
  }

  /** The hash of a log entry in hex, or null: for commits whose answer was lost. */
  async hashAt(uid: string, seq: number): Promise<string | null> {
    const [row] = await this.sql.query(readHash, [uid, seq]);
    return row ? String(row.hash) : null;
  }

  /** Ends a run from outside. Returns false if it has ended, or its log has grown at this very moment. */
  async terminate({ uid, cause, delta, outcome }: Termination): Promise<boolean> {
    const rows = await this.sql.query(terminateRun, [uid, cause, delta, outcome]);
    return rows.length === 1;
  }

  /** Lets a failed run go on from an earlier cycle. Returns false if it has not failed, or has changed meanwhile. */
  async back({ uid, seq, prev, hash, cause, delta, to, mail, entries, program, state }: Return): Promise<boolean> {
    const [numbers, texts] = [entries.map(({ n }) => n), entries.map(({ entry }) => entry)];
    const rows = await this.sql.query(retryRun, [uid, seq, prev, hash, cause, delta, to, mail.before, mail.after, numbers, texts, program, state]);
    return rows.length === 1;
  }

  /**
   * Lets a parked run go on with another program, from a state that fits it; null: nothing of it has been evaluated. Returns false if it
   * is not parked, or has changed meanwhile.
   */
  async move({ uid, seq, prev, hash, cause, delta }: Pick<Commit, 'uid' | 'seq' | 'prev' | 'hash' | 'cause' | 'delta'>, program: string, state: string | null): Promise<boolean> {
    const rows = await this.sql.query(moveRun, [uid, seq, prev, hash, cause, delta, program, state]);
    return rows.length === 1;
  }

  /** Does nothing if the worker does not hold the run. */
  async writeImage(uid: string, seq: number, state: string, worker: string): Promise<void> {
    await this.sql.query(writeImage, [uid, seq, state, worker]);
  }

  async read(uid: string, from: number, limit: number): Promise<(LogRow & { atMs: number; capture: string | null })[]> {
    const rows = (await this.sql.query(readLog, [uid, from, limit])).map((row) => ({
      seq: Number(row.seq),
      hash: String(row.hash),
      cause: String(row.cause),
      delta: String(row.delta),
      capture: row.capture === null ? null : String(row.capture),
      atMs: Number(row.at_ms),
    }));
    return from > 0 ? rows : withStart(uid, rows).slice(0, limit);
  }
}

const logRow = (row: Row): LogRow => ({
  seq: Number(row.n),
  hash: String(row.hash),
  delta: String(row.a),
  cause: String(row.b),
});

/** A log from its beginning on: where its first row is both, the start and the first cycle, these two. */
export function withStart<R extends LogRow & { capture?: string | null }>(uid: string, rows: R[]): R[] {
  const first = rows[0];
  if (first?.seq !== 1) return rows;
  const start = { ...first, seq: 0, hash: firstHash(uid, first.cause).toString('hex'), delta: '{}' };
  if ('capture' in first) start.capture = null;
  return [start, ...rows];
}

/** A step that only goes on. */
const isPlain = ({ end, mail, settled, replies }: Commit): boolean => end === null && mail === null && settled.length === 0 && !replies;

/** The cheapest statement that can carry these checkpoints. */
function commitStatement(commits: readonly Commit[]): [Statement, unknown[]] {
  const column = <T>(pick: (commit: Commit) => T): T[] => commits.map(pick);
  const steps = [
    column((c) => c.uid),
    column((c) => c.seq),
    column((c) => c.prev),
    column((c) => c.hash),
    column((c) => c.cause),
    column((c) => c.delta),
    column((c) => c.capture),
    column((c) => c.worker),
  ];
  if (commits.every(isPlain)) return [commitCycles, steps];
  const ends = [
    ...steps,
    column((c) => c.end?.status ?? null),
    column((c) => c.end?.outcome ?? null),
    column((c) => c.mail),
    commits.flatMap((c) => c.settled.map(() => c.uid)),
    commits.flatMap((c) => c.settled),
  ];
  if (commits.every(({ replies }) => !replies)) return [commitEnds, ends];
  return [commitAnswers, [...ends, column((c) => (c.replies ? JSON.stringify(c.replies) : null))]];
}
