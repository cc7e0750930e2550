/**
 * The store: what the engine asks of the database, each operation one atomic statement, by the table it is about.
 *
 * The store knows nothing of programs. A checkpoint is text to it, and stored text is handed out as it is: who
 * parses it also decides what a damaged document means.
 */
import { Asks } from './asks.ts';
import { Artifacts } from './artifacts.ts';
import { Claims } from './claims.ts';
import { Errands } from './errands.ts';
import { Families } from './families.ts';
import { Inbox } from './inbox.ts';
import { Log } from './log.ts';
import { Pruning } from './pruning.ts';
import { readClock } from './queries/held-runs.ts';
import { resultStored, transactionStatus } from './queries/send-held.ts';
import { Runs } from './runs.ts';
import { Schedules } from './schedules.ts';
import type { Sql } from './sql.ts';
import { Tokens } from './tokens.ts';
import { Workers } from './workers.ts';

export class Store {
  readonly sql: Sql;
  readonly runs: Runs;
  readonly log: Log;
  readonly inbox: Inbox;
  readonly claims: Claims;
  readonly errands: Errands;
  readonly tokens: Tokens;
  readonly pruning: Pruning;
  readonly workers: Workers;
  readonly artifacts: Artifacts;
  readonly asks: Asks;
  readonly families: Families;
  readonly schedules: Schedules;
  private closing: Promise<void> | null = null;

  constructor(sql: Sql) {
    this.sql = sql;
    this.runs = new Runs(sql);
    this.log = new Log(sql);
    this.inbox = new Inbox(sql);
    this.claims = new Claims(sql);
    this.pruning = new Pruning(sql);
    this.errands = new Errands(sql);
    this.tokens = new Tokens(sql);
    this.workers = new Workers(sql);
    this.asks = new Asks(sql);
    this.artifacts = new Artifacts(sql);
    this.families = new Families(sql);
    this.schedules = new Schedules(sql);
  }

  /** The database's clock, in ms since 1970. */
  async clock(): Promise<number> {
    const [row] = await this.sql.query(readClock, []);
    return Number(row!.now_ms);
  }

  /** What has become of a transaction: 'committed', 'aborted', 'in progress'. */
  async transactionStatus(transaction: string): Promise<string> {
    const [row] = await this.sql.query(transactionStatus, [transaction]);
    return String(row!.status);
  }

  /** Has the result of a request been stored, by whomever? */
  async isResultStored(uid: string, request: number): Promise<boolean> {
    const [row] = await this.sql.query(resultStored, [uid, String(request)]);
    return row!.stored === true;
  }

  async close(): Promise<void> {
    this.closing ??= this.sql.close();
    await this.closing;
  }
}
