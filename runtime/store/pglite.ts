/**
 * PGlite: PostgreSQL in a directory, inside this process. For development and small tools.
 *
 * It has no lock of its own (two processes that open one directory lose each other's commits), so we take one
 * and name the holder; the holder serves the store on a socket in the directory, so that the CLI works beside a
 * running app. It does not call fsync: what it has committed survives the end of the process, not of the
 * machine.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { takeLock } from './directory-lock.ts';
import { storeError } from './errors.ts';
import { connectRemote } from './remote.ts';
import { serve, socketAddress } from './server.ts';
import type { Row, Sql, Statement } from './sql.ts';
import { untilAborted, type TransactionClient } from './transaction.ts';

interface PGliteLike {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  exec(text: string): Promise<unknown>;
  transaction<T>(body: (client: TransactionClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A holder that has just started answers when its database is up, which takes a while the first time. */
const ANSWER_MS = 60_000;
/** A command that looks into a store nobody works on holds it for a moment. */
const RELEASE_MS = 5_000;

/** Opens a directory, or connects to the process that holds it. */
export async function openPglite(directory: string, options: { shared: boolean; existing?: boolean }): Promise<Sql> {
  const folder = resolve(directory);
  if (options.existing && !existsSync(join(folder, 'data', 'PG_VERSION'))) {
    throw new PerdureError('store_missing', `There is no store in ${folder}. An app makes it when it opens the store.`);
  }
  socketAddress(join(folder, SOCKET)); // before anything is made
  makeFolder(folder);
  const deadline = host.monotonic() + (options.shared ? ANSWER_MS : RELEASE_MS);
  for (;;) {
    const lock = takeLock(folder);
    if (!lock.held) return hold(folder, lock.release);
    try {
      if (options.shared) return await connectRemote(join(folder, SOCKET), lock.pid);
      throw inUse(folder, lock.pid);
    } catch (error) {
      if (!(error instanceof PerdureError) || lock.pid === host.pid() || host.monotonic() > deadline) throw error;
      await new Promise<void>((done) => host.after(100, done));
    }
  }
}

/** Step by step: Node's own recursive `mkdir` never ends where nothing can be made, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error; // another process was faster
  }
}

const inUse = (folder: string, pid: number): PerdureError =>
  new PerdureError(
    'store_in_use',
    `The directory ${folder} is in use by process ${pid}. One process at a time can run workflows on an embedded store; ` +
      'use PostgreSQL for several.',
  );

async function hold(folder: string, release: () => void): Promise<Sql> {
  try {
    const database = await create({ dataDir: join(folder, 'data') });
    const sql = new PgliteSql(database, release);
    await sql.serve(join(folder, SOCKET));
    return sql;
  } catch (error) {
    release();
    throw error;
  }
}

/** A database in memory, for tests. `loadDataDir` is what PGlite's `dumpDataDir` gave of another: a new one takes it three times as long. */
export async function openPgliteInMemory(loadDataDir: Blob): Promise<Sql> {
  return new PgliteSql(await create({ dataDir: 'memory://', loadDataDir }), () => {});
}

const SOCKET = 'perdure.sock';

async function create(from: { dataDir: string; loadDataDir?: Blob }): Promise<PGliteLike> {
  let module: { PGlite: { create(options: object): Promise<PGliteLike> } };
  try {
    module = (await import('@electric-sql/pglite')) as never;
  } catch (error) {
    throw new PerdureError(
      'pglite_missing',
      'The embedded store needs the package @electric-sql/pglite: run `npm install @electric-sql/pglite`, or give a PostgreSQL URL.',
      { cause: error },
    );
  }
  const text = (value: string): string => value;
  // 20 is bigint, which we read as text like node-postgres does; 17 is bytea.
  return module.PGlite.create({ ...from, parsers: { 20: text } });
}

class PgliteSql implements Sql {
  readonly kind = 'pglite' as const;
  private readonly database: PGliteLike;
  private readonly release: () => void;
  private readonly callbacks = new Set<() => void>();
  private stopServing: (() => Promise<void>) | null = null;

  constructor(database: PGliteLike, release: () => void) {
    this.database = database;
    this.release = release;
  }

  /** Lets other processes of this user use the store through a socket. */
  async serve(path: string): Promise<void> {
    this.stopServing = await serve(path, this, () => this.announce());
  }

  /**
   * It executes in this thread and answers in microtasks. Who asks again on each answer, as several engines do that look for work, would keep
   * timers and sockets waiting: so these come in between (measured, 20 effects of a queue and three engines: 22 s, and 0.6 so).
   */
  async query(statement: Statement, values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.database.query(statement.text, values);
      return rows as Row[];
    } catch (error) {
      throw storeError(error);
    } finally {
      await new Promise<void>((resolve) => host.soon(resolve));
    }
  }

  async script(text: string): Promise<void> {
    try {
      await this.database.exec(text);
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Nothing else happens in the database meanwhile: it has one connection. */
  transaction<T>(body: (client: TransactionClient) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.database.transaction((client) => untilAborted(signal, () => body(client)));
  }

  onActivity(callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }

  announce(): void {
    for (const callback of this.callbacks) callback();
  }

  async close(): Promise<void> {
    await this.stopServing?.();
    await this.database.close();
    this.release();
  }
}
