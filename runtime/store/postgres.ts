/**
 * PostgreSQL, through node-postgres. A pool for statements; a connection of its own to listen on, which is an
 * accelerator only: polling finds everything that a lost notification would have told.
 */
import pg from 'pg';
import { arrayParameter } from './array-parameters.ts';
import { PerdureError } from '../errors.ts';
import { host, type Timer } from '../host.ts';
import { storeError } from './errors.ts';
import type { ArrayStatement, Row, Sql, Statement } from './sql.ts';
import { CommitUnknown, Undone, untilAborted, type TransactionClient } from './transaction.ts';

const CHANNEL = 'perdure';
/** Notifications of one process are sent at most this often; the first at once. */
const ANNOUNCE_MS = 10;
/**
 * How long a statement of the engine may take, and the making of a connection. A network may fall silent without an end of its connections; then
 * this worker would do nothing, and never learn that others have taken its runs.
 */
const SILENCE_MS = 60_000;
/** What node-postgres says of a statement that was not answered in that time. */
const TOOK_TOO_LONG = 'Query read timeout';
/** The system asks a connection that says nothing whether it is there, after so long. */
const KEEP_ALIVE_MS = 10_000;

export interface PostgresOptions {
  /** Connections of the pool. */
  connectionsMax?: number;
  /** After so long a connection that does not answer is taken for broken. */
  silenceMs?: number;
}

export function openPostgres(connectionString: string, options: PostgresOptions = {}): Sql {
  try {
    new pg.Client({ connectionString }); // parses, connects to nothing
  } catch {
    // The driver's message may quote the URL, and that has the password.
    throw new PerdureError('store_url', 'The URL of the store is not a valid PostgreSQL URL. Special characters in a password are written as %XX.');
  }
  return new PostgresSql(connectionString, options);
}

const ignore = (): void => {};

function undone(error: unknown): Undone {
  const { kind, code, message } = storeError(error);
  return new Undone(kind, code, message, error);
}

class PostgresSql implements Sql {
  readonly kind = 'postgres' as const;
  private readonly pool: pg.Pool;
  /** For transactions of the app, which may last: statements of the engine do not wait for them. */
  private readonly transactions: pg.Pool;
  private readonly connectionString: string;
  private readonly silenceMs: number;
  private readonly callbacks = new Set<() => void>();
  private listener: pg.Client | null = null;
  private announcing: Timer | null = null;
  private announcedAt = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(connectionString: string, options: PostgresOptions) {
    this.connectionString = connectionString;
    this.silenceMs = options.silenceMs ?? SILENCE_MS;
    const poolOptions = {
      connectionString,
      max: options.connectionsMax ?? 10,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      connectionTimeoutMillis: this.silenceMs,
    };
    this.pool = new pg.Pool({ ...poolOptions, application_name: 'perdure' });
    this.transactions = new pg.Pool({ ...poolOptions, application_name: 'perdure-effects' });
    for (const pool of [this.pool, this.transactions]) {
      // An idle connection that breaks is replaced at the next statement.
      pool.on('error', ignore);
      // Any other tells it beside its statement, too, or before there is one; if nobody listened then, the process would end.
      pool.on('connect', (client) => client.on('error', ignore));
    }
  }

  async query(statement: Statement, values: unknown[]): Promise<Row[]> {
    try {
      const { name, text, arrays } = statement;
      const parameters = arrays ? values.map((value, i) => (i < arrays.length ? arrayParameter(arrays[i]!, value as unknown[]) : value)) : values;
      const result = await this.pool.query(this.inTime({ name, text, values: parameters }));
      return result.rows as Row[];
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Makes a connection, and has the server plan the statement there: without rows, so that nothing comes of it. */
  prepare(statement: ArrayStatement): void {
    this.query(statement, statement.arrays.map(() => [])).catch(ignore); // whatever is wrong, the statements that matter will tell
  }

  /** node-postgres knows the option also of a single statement, its types do not. */
  private inTime(query: pg.QueryConfig): pg.QueryConfig {
    return Object.assign(query, { query_timeout: this.silenceMs });
  }

  /** A migration, which may take as long as it does. */
  async script(text: string): Promise<void> {
    try {
      await this.pool.query(text);
    } catch (error) {
      throw storeError(error);
    }
  }

  async transaction<T>(body: (client: TransactionClient) => Promise<T>, signal: AbortSignal): Promise<T> {
    const client = await this.begin(signal);
    let broken = true;
    try {
      const value = await untilAborted(signal, () => body(client)).catch(async (error: unknown) => {
        // Without its connection the database rolls it back.
        if (signal.aborted) throw error;
        const failed = await client.query(this.inTime({ text: 'ROLLBACK' })).then(() => null, (failure: Error) => failure);
        broken = failed !== null;
        // It may only have had to wait for too long, behind statements that the app has not waited for.
        throw failed !== null && failed.message !== TOOK_TOO_LONG ? undone(error) : error;
      });
      await client.query(this.inTime({ text: 'COMMIT' })).catch((error: unknown) => {
        const { kind, code, message } = storeError(error);
        if (kind === 'unreachable') throw undone(error);
        throw kind === 'unknown' ? new CommitUnknown(kind, code, message, error) : error;
      });
      broken = false;
      return value;
    } finally {
      client.release(broken);
    }
  }

  private async begin(signal: AbortSignal): Promise<pg.PoolClient> {
    const connecting = this.transactions.connect();
    try {
      const client = await untilAborted(signal, () => connecting, () => void connecting.then((late) => late.release(), ignore));
      await client.query(this.inTime({ text: 'BEGIN' })).catch((error: unknown) => {
        client.release(true);
        throw error;
      });
      return client;
    } catch (error) {
      throw signal.aborted ? error : undone(error);
    }
  }

  /** Whoever logs an engine, however deep, does not log the password. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return 'PostgresSql {}';
  }

  toJSON(): unknown {
    return { kind: this.kind };
  }

  onActivity(callback: () => void): () => void {
    this.callbacks.add(callback);
    if (!this.listener) void this.listen();
    return () => this.callbacks.delete(callback);
  }

  private async listen(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({ connectionString: this.connectionString, application_name: 'perdure-listen', keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS });
    this.listener = client;
    const again = (): void => {
      if (this.listener !== client) return;
      this.listener = null;
      if (!this.closed) host.after(1000, () => void this.listen());
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', () => this.wake());
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.wake(); // whatever was announced while nobody listened
    } catch {
      again();
      client.end().catch(() => {});
    }
  }

  private wake(): void {
    for (const callback of this.callbacks) callback();
  }

  announce(): void {
    if (this.announcing || this.closed) return;
    const waitMs = this.announcedAt + ANNOUNCE_MS - host.monotonic();
    if (waitMs <= 0) this.notify();
    else this.announcing = host.after(waitMs, () => this.notify());
  }

  /** Apart from any commit: NOTIFY in the commit serialises all commits (measured: 2.2–2.6× slower). */
  private notify(): void {
    this.announcing = null;
    this.announcedAt = host.monotonic();
    this.pool.query(this.inTime({ text: `NOTIFY ${CHANNEL}` })).catch(() => {});
  }

  async close(): Promise<void> {
    this.closed = true;
    this.announcing?.cancel();
    const { listener } = this;
    this.listener = null;
    await listener?.end().catch(() => {});
    await Promise.all([this.pool.end(), this.transactions.end()]);
  }
}
