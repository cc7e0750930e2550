/**
 * Engines for tests, over one database, that can be killed or live in the future.
 *
 *     const app = compileApp(`export async function main() { … }`);
 *     const world = await World.open('pglite');
 *     const engine = world.engine();
 *     engine.provide(app, {});
 */
import { setTimeout } from 'node:timers/promises';
import { Engine, type EffectPolicy } from '../../runtime/client.ts';
import { MemorySql } from '../../runtime/store/memory/memory-sql.ts';
import { openPgliteInMemory } from '../../runtime/store/pglite.ts';
import { openPostgres } from '../../runtime/store/postgres.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import type { Row, Sql, Statement } from '../../runtime/store/sql.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { Store } from '../../runtime/store/store.ts';
import { WORKER_DEFAULTS, type WorkerOptions } from '../../runtime/worker/worker.ts';
import { freshDatabase } from './database.ts';
import { pgliteImage } from './pglite-image.ts';
import { type App, compileApp } from './app-source.ts';

export { compileApp, type App };

export type Kind = 'postgres' | 'pglite' | 'memory';
export const KINDS: Kind[] = ['postgres', 'pglite', 'memory'];

type Effect = ((...args: never[]) => unknown) | (EffectPolicy & { run: (...args: never[]) => unknown });

/** A connection of one engine: it can be cut, and it can see a database clock that is ahead. */
class Connection implements Sql {
  readonly kind: Sql['kind'];
  private readonly sql: Sql;
  private readonly aheadMs: number;
  state: 'open' | 'closed' | 'dead' = 'open';
  private readonly stops: (() => void)[] = [];
  /** Statements that were asked for after the close. */
  late: string[] = [];

  constructor(sql: Sql, aheadMs: number) {
    this.kind = sql.kind;
    this.sql = sql;
    this.aheadMs = aheadMs;
  }

  kill(): void {
    this.state = 'dead';
  }

  async query(statement: Statement, values: unknown[]): Promise<Row[]> {
    if (this.state === 'dead') return new Promise(() => {});
    if (this.state === 'closed') {
      this.late.push(statement.name);
      throw new StoreError('unknown', 'store_connection', 'the connection is closed');
    }
    const rows = await this.sql.query(this.shifted(statement), values);
    return (this.state as string) === 'dead' ? new Promise(() => {}) : rows;
  }

  private shifted({ name, text }: Statement): Statement {
    if (this.aheadMs === 0) return { name, text };
    return {
      name: `${name}_${this.aheadMs}`,
      text: text.replace(/\b(clock_timestamp|now)\(\)/g, `($1() + interval '${this.aheadMs} ms')`),
    };
  }

  script(text: string): Promise<void> {
    return this.sql.script(text);
  }

  get transaction(): Sql['transaction'] {
    const { transaction } = this.sql;
    if (!transaction) return undefined;
    const never = new Promise<never>(() => {});
    return async (body, signal) => {
      const value = await transaction.call(this.sql, (client) => body(client), signal);
      return this.state === 'dead' ? never : (value as never);
    };
  }

  onActivity(callback: () => void): () => void {
    const stop = this.sql.onActivity(() => {
      if (this.state === 'open') callback();
    });
    this.stops.push(stop);
    return stop;
  }

  announce(): void {
    if (this.state === 'open') this.sql.announce();
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
    if (this.state === 'open') this.state = 'closed';
  }
}

export class TestEngine extends Engine {
  readonly connection: Connection;

  constructor(connection: Connection, options: WorkerOptions) {
    super(new Store(connection), options);
    this.connection = connection;
  }

  /** As SIGKILL: from now on the database hears nothing of it, and it hears nothing of the database. */
  kill(): void {
    this.connection.kill();
  }

  override provide(app: App, effects: object = {}): this {
    return super.provide(app, effects);
  }
}

/** Runs rest only a moment, so that nearly everything a test waits for goes through the store. */
const OPTIONS: WorkerOptions = { ...WORKER_DEFAULTS, pollMs: 20, leaseMs: 60_000, restMs: 1, runsMax: 100, cautionMs: 0 };

/** One database and the engines on it. */
export class World {
  readonly sql: Sql;
  readonly store: Store;
  private readonly engines: TestEngine[] = [];

  private constructor(sql: Sql) {
    this.sql = sql;
    this.store = new Store(sql);
  }

  static async open(kind: Kind): Promise<World> {
    if (kind === 'memory') return new World(new MemorySql());
    const sql = kind === 'postgres' ? openPostgres(await freshDatabase()) : await openPgliteInMemory(await pgliteImage());
    await migrate(sql);
    return new World(sql);
  }

  engine(options: Partial<WorkerOptions> & { aheadMs?: number } = {}): TestEngine {
    const { aheadMs = 0, ...rest } = options;
    const engine = new TestEngine(new Connection(this.sql, aheadMs), { ...OPTIONS, ...rest });
    this.engines.push(engine);
    return engine;
  }

  /** An engine that works on an app. */
  async working(app: App, effects: Record<string, Effect> = {}, options: Partial<WorkerOptions> & { aheadMs?: number } = {}): Promise<TestEngine> {
    const engine = this.engine(options).provide(app, effects);
    await engine.work();
    return engine;
  }

  /** Tells that all workers are gone, as their leases running out would. */
  async buryAll(): Promise<void> {
    for (const worker of await this.store.workers.list()) await this.store.workers.bury(worker.id);
  }

  rows(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.sql.query({ name: `test_${text.replace(/\W+/g, '_').slice(0, 50)}_${text.length}`, text }, values);
  }

  /** Ends the engines of a test. */
  async calm(): Promise<void> {
    const living = this.engines.splice(0).filter((engine) => engine.connection.state === 'open');
    await Promise.all(living.map((engine) => engine.close({ deadline: 0 })));
  }

  async close(): Promise<void> {
    await this.calm();
    await this.sql.close();
  }
}

/** Waits until `probe` gives something truthy; fails after a while with what it is waiting for. */
export async function until<T>(what: string, probe: () => T | Promise<T>, limitMs = 30_000): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value) return value as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited too long for ${what}`);
    await pause(5);
  }
}

/** Resolves after a while; rejects when the signal is aborted. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal });

/** A promise and who settles it. */
export function gate<T = void>(): { promise: Promise<T>; open: (value: T) => void } {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open };
}

/** What a promise rejects with. */
export async function thrownBy(body: Promise<unknown> | (() => unknown)): Promise<Error & { code?: string }> {
  try {
    await (typeof body === 'function' ? body() : body);
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
