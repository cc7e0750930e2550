/**
 * What lies between processes and the database: statements and their answers on the way, each with a fate of its own.
 */
import { StoreError } from '../../runtime/store/errors.ts';
import type { MemoryDatabase } from '../../runtime/store/memory/database.ts';
import type { Row, Sql, Statement } from '../../runtime/store/sql.ts';
import { CommitUnknown, Undone, untilAborted, type RunTransaction, type TransactionClient } from '../../runtime/store/transaction.ts';
import type { Random } from '../support/random.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';
import { Transactions, type Change, type Transaction } from './transactions.ts';

/** How likely each fate of a statement is, and of a wake-up; and which statements fare worse. */
export interface NetworkFaults {
  /** It never arrives, and its sender is told that the connection broke. */
  lost: number;
  /** It happens, but its sender is told that the connection broke. */
  unanswered: number;
  /** Its sender is told that the connection broke; then it happens. */
  late: number;
  /** The server cannot be reached, or asks to try again. */
  unreachable: number;
  /** The server refuses it for what it contains. */
  refused: number;
  /** A notification is lost; or comes twice. */
  deaf: number;
  echo: number;
  /** A statement or its answer takes very long. */
  slow: number;
  /** Statements whose names begin with this fare worse than all others. */
  unlucky: string | null;
}

export const NO_FAULTS: NetworkFaults = { lost: 0, unanswered: 0, late: 0, unreachable: 0, refused: 0, deaf: 0, echo: 0, slow: 0, unlucky: null };

/** The longest that a statement without an answer keeps its sender waiting. */
const BROKEN_MS = 800;
const LATE_MS = 2500;
const SLOW_MS = 700;
/** How often something befalls those that fare worse. */
const UNLUCKY_RATE = 0.4;

export interface NetworkWatch {
  /** A statement leaves its process. */
  sent(process: Process, statement: Statement, values: unknown[]): void;
  /** Before and after the database does it. */
  executing(process: Process, statement: Statement, values: unknown[]): void;
  executed(process: Process | null, statement: Statement, values: unknown[], rows: Row[]): void;
  fault(kind: string): void;
  trace(process: Process | null, text: string): void;
}

const unknown = (): StoreError => new StoreError('unknown', 'store_connection', 'The connection was lost');
const undone = ({ kind, code, message }: StoreError): Undone => new Undone(kind, code, message);
const unreachable = (): StoreError => new StoreError('unreachable', 'store_unreachable', 'The database cannot be reached');
/** What a database says that refuses a statement. */
export const REFUSAL = 'A value is out of range';
const refusedByServer = (): StoreError => new StoreError('refused', 'store_statement', REFUSAL);

export class Network {
  faults: NetworkFaults = NO_FAULTS;
  /** The usual way takes about so long. */
  latencyMs = 1;
  /** Until when the database is down. */
  downUntil = 0;
  private readonly scheduler: Scheduler;
  private readonly database: MemoryDatabase;
  private readonly random: Random;
  private readonly watch: NetworkWatch;
  readonly transactions: Transactions;
  private readonly listeners = new Map<Process, Set<() => void>>();

  constructor(scheduler: Scheduler, database: MemoryDatabase, random: Random, watch: NetworkWatch) {
    this.scheduler = scheduler;
    this.database = database;
    this.random = random;
    this.watch = watch;
    this.transactions = new Transactions(scheduler, database, (statement, values, rows) => watch.executed(null, statement, values, rows));
  }

  connect(process: Process): Sql {
    return new SimulatedSql(this, process);
  }

  private latency(): number {
    const { random, faults } = this;
    if (random.chance(faults.slow)) return random.next() * SLOW_MS;
    return this.latencyMs * (0.2 + random.next() * 1.6);
  }

  private fate(process: Process, name: string): string {
    const { random, faults, scheduler } = this;
    if (Math.max(process.cutUntil, this.downUntil) > scheduler.now) return random.chance(0.5) ? 'unreachable' : 'lost';
    if (faults.unlucky !== null && name.startsWith(faults.unlucky) && random.chance(UNLUCKY_RATE)) {
      const fate = random.pick(['lost', 'unanswered', 'late', 'answered late', 'answered late'] as const);
      this.watch.fault(fate);
      return fate;
    }
    let draw = random.next();
    for (const fate of ['lost', 'unanswered', 'late', 'unreachable', 'refused'] as const) {
      draw -= faults[fate];
      if (draw < 0) {
        this.watch.fault(fate);
        return fate;
      }
    }
    return 'answered';
  }

  send(process: Process, statement: Statement, values: unknown[]): Promise<Row[]> {
    this.watch.sent(process, statement, values);
    return this.carry(process, statement.name, (then) => {
      this.transactions.whenFree(() => then(this.execute(process, statement, values)));
    });
  }

  /** Carries something to the database, and its answer back. `execute` does it there. */
  carry<T>(process: Process, name: string, execute: (then: (result: T | StoreError) => void) => void): Promise<T> {
    const { scheduler, random, watch } = this;
    return new Promise((resolve, reject) => {
      const fate = this.fate(process, name);
      watch.trace(process, `→ ${name}${fate === 'answered' ? '' : ` (${fate})`}`);
      const there = this.latency();
      const back = there + (fate === 'answered late' ? random.next() * 2 * SLOW_MS : this.latency());
      const broken = back + random.next() * BROKEN_MS;
      const answer = (ms: number, how: () => void): void => void scheduler.after(ms, process, name, how);
      // What a process has sent when it dies may still arrive.
      const diesToo = random.chance(0.5);
      const happen = (ms: number, then: (result: T | StoreError) => void): void => {
        scheduler.after(ms, null, name, () => {
          if (process.alive || !diesToo) execute(then);
        });
      };
      switch (fate) {
        case 'answered':
        case 'answered late':
          happen(there, (result) => {
            answer(back - there, () => {
              if (process.cutUntil > scheduler.now) answer(random.next() * BROKEN_MS, () => reject(unknown()));
              else if (result instanceof StoreError) reject(result);
              else resolve(result);
            });
          });
          return;
        case 'lost':
          answer(broken, () => reject(unknown()));
          return;
        case 'unanswered':
          happen(there, () => {});
          answer(broken, () => reject(unknown()));
          return;
        case 'late':
          answer(back, () => reject(unknown()));
          happen(back + random.next() * LATE_MS, () => {});
          return;
        case 'unreachable':
          answer(there, () => reject(unreachable()));
          return;
        default:
          answer(back, () => reject(refusedByServer()));
      }
    });
  }

  private execute(process: Process, statement: Statement, values: unknown[]): Row[] | StoreError {
    try {
      this.watch.executing(process, statement, values);
      const rows =
        statement.name === 'perdure_transaction_status' ? [{ status: this.transactions.statusOf(values[0]) }] : this.database.execute(statement, values);
      this.watch.executed(process, statement, values, rows);
      return rows;
    } catch (error) {
      if (error instanceof StoreError) return error;
      throw error;
    }
  }

  // ——— Wake-ups ———

  listen(process: Process, callback: () => void): () => void {
    const set = this.listeners.get(process) ?? new Set();
    this.listeners.set(process, set.add(callback));
    return () => set.delete(callback);
  }

  /** Wakes all that listen, but for the faults. */
  announce(): void {
    const { scheduler, random, faults } = this;
    for (const [process, callbacks] of this.listeners) {
      if (process.cutUntil > scheduler.now) continue;
      if (random.chance(faults.deaf)) {
        this.watch.fault('deaf');
        continue;
      }
      const echo = random.chance(faults.echo);
      if (echo) this.watch.fault('echo');
      for (let times = echo ? 2 : 1; times > 0; times--) {
        scheduler.after(this.latency() + 10 * random.next(), process, 'wake-up', () => {
          for (const callback of callbacks) callback();
        });
      }
    }
  }
}

class SimulatedSql implements Sql {
  readonly kind = 'memory' as const;
  private readonly network: Network;
  private readonly process: Process;
  private closed = false;

  constructor(network: Network, process: Process) {
    this.network = network;
    this.process = process;
  }

  query(statement: Statement, values: unknown[]): Promise<Row[]> {
    if (!this.process.contact(statement.name)) return new Promise(() => {});
    if (this.closed) return Promise.reject(unknown());
    return this.network.send(this.process, statement, values);
  }

  /** What the app's code asks for in a transaction is a change, given as a value. */
  readonly transaction: RunTransaction = async (body, signal) => {
    const { network, process } = this;
    const { transactions } = network;
    const ask = <T>(what: string, execute: (then: (result: T | StoreError) => void) => void): Promise<T> =>
      process.contact(what) ? network.carry(process, what, execute) : new Promise(() => {});
    const begun = await untilAborted(signal, () =>
      ask<Transaction>('BEGIN', (then) => then(transactions.begin(process))).catch((error: StoreError) => {
        throw undone(error);
      }),
    );
    let isBroken = false;
    let isOver = false;
    const client = {
      query: async (text: string, values: unknown[] = []) => {
        if (isOver) throw unknown();
        const store = transactions.storing(begun, text, values);
        return ask<Row[]>(store?.what ?? text, (then) => {
          if (begun.status !== 'in progress') return then(unknown());
          if (store) return transactions.whenFree(() => then(begun.status === 'in progress' ? store.now() : unknown()));
          begun.changes.push(values[0] as Change);
          then([]);
        }).then(
          (rows) => ({ rows }),
          (error: StoreError) => {
            isBroken ||= error.kind !== 'refused';
            throw error;
          },
        );
      },
    } as TransactionClient;
    const value = await untilAborted(signal, () => body(client)).catch((error: unknown) => {
      isOver = true;
      transactions.rollBack(begun);
      throw isBroken && !signal.aborted ? undone(unknown()) : error;
    });
    // One that does not arrive there leaves a connection that is gone, and so is rolled back.
    await ask<null>('COMMIT', (then) => {
      transactions.commit(begun);
      then(begun.status === 'committed' ? null : unknown());
    }).catch((error: StoreError) => {
      if (error.kind === 'refused') transactions.rollBack(begun);
      throw error.kind === 'refused' ? error : new CommitUnknown(error.kind, error.code, error.message);
    });
    return value;
  };

  async script(): Promise<void> {
    throw refusedByServer();
  }

  onActivity(callback: () => void): () => void {
    return this.network.listen(this.process, callback);
  }

  announce(): void {
    if (this.process.contact('announce') && !this.closed) this.network.announce();
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
