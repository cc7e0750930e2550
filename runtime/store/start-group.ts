/**
 * Starts of one turn of the event loop go into the database together, as checkpoints do.
 */
import { host } from '../host.ts';
import { StoreError } from './errors.ts';
import { startRun, startRuns } from './queries/start-run.ts';
import type { NewRun } from './runs.ts';
import type { Row, Sql } from './sql.ts';

/** A run is started, and held by the worker that it names or by nobody; null: its id is taken. */
export type StartResult = { held: boolean } | null;

interface Waiting {
  run: NewRun;
  resolve(result: StartResult): void;
  reject(error: unknown): void;
}

const BATCH_MAX = 500;

export class StartGroup {
  private readonly sql: Sql;
  private waiting: Waiting[] = [];

  constructor(sql: Sql) {
    this.sql = sql;
  }

  start(run: NewRun): Promise<StartResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ run, resolve, reject });
      if (this.waiting.length === 1) host.soon(() => this.flush());
    });
  }

  private flush(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += BATCH_MAX) void this.write(all.slice(from, from + BATCH_MAX));
  }

  private async write(group: Waiting[]): Promise<void> {
    try {
      const rows = await this.insert(group.map(({ run }) => run));
      const held = new Map(rows.map((row) => [String(row.uid), row.worker !== null]));
      for (const { run, resolve } of group) resolve(held.has(run.uid) ? { held: held.get(run.uid)! } : null);
    } catch (error) {
      // What the database refuses is one of them, and that one alone shall hear of it.
      const isOneOfMany = group.length > 1 && error instanceof StoreError && error.kind === 'refused';
      if (isOneOfMany) for (const one of group) await this.write([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  private insert(runs: NewRun[]): Promise<Row[]> {
    if (runs.length === 1) return this.sql.query(startRun, valuesOf(runs[0]!));
    const all = runs.map(valuesOf);
    return this.sql.query(startRuns, all[0]!.map((_, column) => all.map((values) => values[column])));
  }
}

const valuesOf = ({ uid, id, workflow, entry, artifact, argsHash, hash, cause, worker = null }: NewRun): unknown[] => [
  uid,
  id,
  workflow,
  entry,
  artifact,
  argsHash,
  hash,
  cause,
  worker,
];
