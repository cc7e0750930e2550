/**
 * A database of its own with an engine that works on a workflow of `bench/workflows/`.
 */
import pg from 'pg';
import { type Engine, open, type OpenOptions } from '../../runtime/client.ts';
import type { Published } from '../../runtime/publish.ts';
import { createDatabase, startPostgres } from '../../test/support/postgres.ts';
import { publishAll } from '../../test/support/publish-all.ts';
import { compileModules, sourceFile } from '../compile.ts';

/** Exports of a workflow module, as an app sees them: each use says which workflow it is. */
export type Exports = Record<string, unknown>;

export interface Bench {
  url: string;
  /** Beside the engine, on the same database. */
  client: pg.Client;
  engine: Engine;
  /** When it began to work, by `performance.now()`. */
  workedAt: number;
  exports: Exports;
}

/** Runs `body` on a fresh server with PostgreSQL's defaults: a commit is on disk when it returns. */
export async function withServer<T>(body: (url: string) => Promise<T>): Promise<T> {
  const server = await startPostgres({});
  try {
    return await body(await createDatabase(server.url));
  } finally {
    await server.stop();
  }
}

export const publishWorkflow = (workflow: string): Published => publishAll(compileModules(sourceFile(`workflows/${workflow}`)));

/** Implements effects of a workflow and works on it. */
export async function workOn(url: string, workflow: string, effects: object, options: Partial<OpenOptions> = {}): Promise<Bench> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // what fails is told by the query
  await client.connect();
  const engine = await open({ store: url, ...options });
  const module = publishWorkflow(workflow);
  engine.provide({ ...module.exports, $perdure: module }, effects as never);
  const workedAt = performance.now();
  await engine.work();
  return { url, client, engine, workedAt, exports: module.exports as Exports };
}

export async function endBench({ client, engine }: Bench): Promise<void> {
  await engine.close();
  await client.end();
}

/** One number of the database. */
export async function ask(client: pg.Client, text: string, values: unknown[] = []): Promise<number> {
  const { rows } = await client.query<unknown[]>({ text, values, rowMode: 'array' });
  return Number(rows[0]![0]);
}

/** Calls `body` for 0…count-1, so many at once. */
export async function inFlight(count: number, atOnce: number, body: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await body(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** The value below which a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
