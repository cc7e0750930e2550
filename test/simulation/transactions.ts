/**
 * Transactions on the simulated database: those that effects are. What the app's code does in one is kept apart until it is
 * committed. From the statement on that stores the result, nothing else happens in the database before the transaction
 * ends: more than the lock of one run, but as correct. A transaction whose connection breaks, or that stands still for too
 * long there, is rolled back.
 */
import type { MemoryDatabase } from '../../runtime/store/memory/database.ts';
import { errandKey, isOpen } from '../../runtime/store/memory/tables.ts';
import { finishErrand, finishErrandInside } from '../../runtime/store/queries/errands.ts';
import { sendHeld } from '../../runtime/store/queries/send-held.ts';
import type { Row, Statement } from '../../runtime/store/sql.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** How long one may stand still while it holds what others wait for; and how often the server looks. */
const IDLE_MAX_MS = 1500;
const LOOK_MS = 10;

/** What the app does in it: something that happens if it is committed. */
export type Change = () => void;

export class Transaction {
  readonly number: string;
  readonly process: Process;
  status: 'in progress' | 'committed' | 'aborted' = 'in progress';
  readonly changes: Change[] = [];
  /** What stores its result, when it is committed. */
  result: { statement: Statement; values: unknown[] } | null = null;
  lockedAt = 0;

  constructor(number: string, process: Process) {
    this.number = number;
    this.process = process;
  }
}

export class Transactions {
  private readonly scheduler: Scheduler;
  private readonly database: MemoryDatabase;
  private readonly stored: (statement: Statement, values: unknown[], rows: Row[]) => void;
  private readonly all = new Map<string, Transaction>();
  private holder: Transaction | null = null;
  private waiting: (() => void)[] = [];

  /** `stored` is told when a result has been stored, in the moment of the commit. */
  constructor(scheduler: Scheduler, database: MemoryDatabase, stored: (statement: Statement, values: unknown[], rows: Row[]) => void) {
    this.scheduler = scheduler;
    this.database = database;
    this.stored = stored;
  }

  begin(process: Process): Transaction {
    const transaction = new Transaction(String(this.all.size + 1), process);
    this.all.set(transaction.number, transaction);
    return transaction;
  }

  statusOf(number: unknown): string {
    return this.all.get(String(number))?.status ?? 'aborted';
  }

  /** Does something as soon as no transaction is in the way. */
  whenFree(then: () => void): void {
    if (this.holder === null) then();
    else this.waiting.push(then);
  }

  /** How a statement stores the result, and is called; undefined: it is one of the app's own. From then on the run is locked. */
  storing(transaction: Transaction, text: string, values: unknown[]): { what: string; now(): Row[] } | undefined {
    if (text === sendHeld.text) {
      return { what: sendHeld.name, now: () => (this.isHeld(values) ? this.store(transaction, { statement: sendHeld, values }) : []) };
    }
    if (text !== finishErrandInside.text) return undefined;
    const [uid, request, attempt, , entry] = values;
    const result = { statement: finishErrand, values: [uid, request, attempt, entry, false] };
    return { what: finishErrandInside.name, now: () => (this.isMade(values) ? this.store(transaction, result) : []) };
  }

  private isHeld([uid, worker]: unknown[]): boolean {
    const run = this.database.tables.runs.byUid.get(uid as string);
    return run?.worker === worker && run?.status === 'running';
  }

  private isMade([uid, request, attempt, worker]: unknown[]): boolean {
    const { runs, errands } = this.database.tables;
    const run = runs.byUid.get(uid as string);
    const errand = errands.get(errandKey(uid as string, Number(request)));
    return run !== undefined && isOpen(run) && errand?.attempt === attempt && errand?.worker === worker;
  }

  private store(transaction: Transaction, result: NonNullable<Transaction['result']>): Row[] {
    transaction.result = result;
    transaction.lockedAt = this.scheduler.now;
    this.holder = transaction;
    this.watchOver(transaction);
    return [{ transaction: transaction.number }];
  }

  commit(transaction: Transaction): void {
    if (transaction.status !== 'in progress') return;
    if (transaction.result) {
      const { statement, values } = transaction.result;
      this.stored(statement, values, this.database.execute(statement, values));
    }
    for (const change of transaction.changes) change();
    this.end(transaction, 'committed');
  }

  rollBack(transaction: Transaction): void {
    if (transaction.status === 'in progress') this.end(transaction, 'aborted');
  }

  private watchOver(transaction: Transaction): void {
    if (transaction.status !== 'in progress') return;
    if (!transaction.process.alive || this.scheduler.now - transaction.lockedAt > IDLE_MAX_MS) this.rollBack(transaction);
    else this.scheduler.after(LOOK_MS, null, 'look', () => this.watchOver(transaction));
  }

  private end(transaction: Transaction, status: 'committed' | 'aborted'): void {
    transaction.status = status;
    if (this.holder !== transaction) return;
    this.holder = null;
    for (const then of this.waiting.splice(0)) this.whenFree(then);
  }
}
