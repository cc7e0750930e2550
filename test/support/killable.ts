/**
 * A connection on which something goes wrong at one of its calls: its user dies before it, or when it has happened and is not
 * answered yet, and from then on hears nothing any more; or its user lives, and only learns that the connection broke.
 */
import { StoreError } from '../../runtime/store/errors.ts';
import type { Row, Sql, Statement } from '../../runtime/store/sql.ts';
import { CommitUnknown, Undone, type RunTransaction, type TransactionClient } from '../../runtime/store/transaction.ts';

export const FATES = ['dies before', 'dies after', 'lost', 'unanswered'] as const;
export type Fate = (typeof FATES)[number];

/** `at`: counted from 1. Beginning and committing a transaction, and what is asked in it, are calls as well. */
export interface FaultyCall {
  at: number;
  fate: Fate;
}

const never = <T = never>(): Promise<T> => new Promise<T>(() => {});

/** What a call throws whose user has died: the user does not hear of it. */
class Died extends Error {}
/** What its user learns of a connection that broke. */
class Broken extends StoreError {
  constructor() {
    super('unknown', 'store_connection', 'The connection was lost');
  }
}

export class KillableSql implements Sql {
  readonly kind: Sql['kind'];
  readonly transaction?: RunTransaction;
  /** What it was asked for. */
  readonly calls: string[] = [];
  /** What went wrong did, in the way it should. */
  struck = false;
  private readonly sql: Sql;
  private readonly fault: FaultyCall | null;
  private readonly onKill: () => void;
  private readonly happened: (statement: Statement, values: unknown[]) => void;
  private readonly transactions = new Set<(reason: Error) => void>();
  private dead = false;

  /** `happened` is told of what the database has done, whether its user hears of it or not. */
  constructor(sql: Sql, fault: FaultyCall | null, onKill: () => void, happened: (statement: Statement, values: unknown[]) => void = () => {}) {
    this.kind = sql.kind;
    this.sql = sql;
    this.fault = fault;
    this.onKill = onKill;
    this.happened = happened;
    if (sql.transaction) this.transaction = (body, signal) => this.transact(body, signal).catch(unheardIfDead);
  }

  query(statement: Statement, values: unknown[]): Promise<Row[]> {
    return this.call(statement.name, async () => {
      const rows = await this.sql.query(statement, values);
      this.happened(statement, values);
      return rows;
    }).catch(unheardIfDead);
  }

  private async call<T>(name: string, body: () => Promise<T>): Promise<T> {
    const fate = this.next(name);
    if (fate === 'dies before') this.die();
    if (fate === 'lost') this.break();
    if (fate === 'dies after') this.dead = true;
    const result = await body().finally(() => {
      if (fate === 'dies after') this.die();
      if (this.dead) throw new Died();
    });
    if (fate === 'unanswered') this.break();
    return result;
  }

  private next(name: string): Fate | null {
    if (this.dead) throw new Died();
    this.calls.push(name);
    return this.calls.length === this.fault?.at ? this.fault.fate : null;
  }

  private break(): never {
    this.struck = true;
    throw new Broken();
  }

  private die(): never {
    this.dead = true;
    this.struck = true;
    this.onKill();
    for (const leave of this.transactions) leave(new Died());
    throw new Died();
  }

  /** When its user dies, or the connection breaks, the database sees it and rolls the transaction back. */
  private async transact<T>(body: (client: TransactionClient) => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.call('BEGIN', async () => {}).catch(asUndone);
    let leave!: (reason: Error) => void;
    const left = new Promise<never>((_, reject) => (leave = reject));
    left.catch(() => {});
    this.transactions.add(leave);
    let commit: Fate | null | undefined;
    try {
      const value = await this.sql.transaction!(async (client) => {
        const query = (text: string, values?: unknown[]) =>
          this.call(text.trim().slice(0, 30), () => client.query(text, values)).catch((error: unknown) => {
            if (error instanceof Broken || error instanceof Died) leave(error);
            return unheardIfDead(error);
          });
        const done = await Promise.race([body({ query } as TransactionClient), left]);
        commit = this.next('COMMIT');
        if (commit === 'dies before') this.die();
        if (commit === 'lost') this.break();
        return done;
      }, signal);
      if (commit === 'dies after') this.die();
      if (this.dead) throw new Died();
      if (commit === 'unanswered') this.break();
      return value;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      throw commit === undefined ? new Undone(error.kind, error.code, error.message) : new CommitUnknown(error.kind, error.code, error.message);
    } finally {
      this.transactions.delete(leave);
    }
  }

  script(text: string): Promise<void> {
    return this.dead ? never() : this.sql.script(text);
  }

  onActivity(callback: () => void): () => void {
    return this.sql.onActivity(() => {
      if (!this.dead) callback();
    });
  }

  announce(): void {
    if (!this.dead) this.sql.announce();
  }

  async close(): Promise<void> {
    this.dead = true;
  }
}

function unheardIfDead(error: unknown): Promise<never> {
  if (error instanceof Died) return never();
  throw error;
}

function asUndone(error: unknown): never {
  throw error instanceof Broken ? new Undone(error.kind, error.code, error.message) : error;
}
