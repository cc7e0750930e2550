/**
 * Starts of one turn of the event loop go into the database together, as checkpoints do.
 */
import { host } from '../host.ts';
import { StoreError } from './errors.ts';
import { startRun, startRuns } from './queries/start-run.ts';
import type { Begun, PlainRun } from './runs.ts';
import type { Row, Sql } from './sql.ts';

interface Waiting {
  run: PlainRun;
  begun: Begun | null;
  resolve(isStarted: boolean): void;
  reject(error: unknown): void;
}

const BATCH_MAX = 500;

export class StartGroup {
  private readonly sql: Sql;
  private waiting: Waiting[] = [];

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Returns false if its id is taken, or the worker that has begun it is not there any more. */
  start(run: PlainRun, begun: Begun | null): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ run, begun, resolve, reject });
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
      const started = new Set((await this.insert(group)).map(({ uid }) => uid));
      for (const { run, resolve } of group) resolve(started.has(run.uid));
    } catch (error) {
      // What the database refuses is one of them, and that one alone shall hear of it.
      const isOneOfMany = group.length > 1 && error instanceof StoreError && error.kind === 'refused';
      if (isOneOfMany) for (const one of group) await this.write([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  private insert(group: Waiting[]): Promise<Row[]> {
    if (group.length === 1) return this.sql.query(startRun, valuesOf(group[0]!));
    const all = group.map(valuesOf);
    return this.sql.query(startRuns, all[0]!.map((_, column) => all.map((values) => values[column])));
  }
}

function valuesOf({ run, begun }: Waiting): unknown[] {
  const { uid, id, workflow, entry, artifact, argsHash, hash, cause, priority, tags } = run;
  const identity = [uid, id, workflow, entry, artifact, argsHash];
  const said = [priority, Object.keys(tags).length === 0 ? null : JSON.stringify(tags)];
  if (begun === null) return [...identity, 0, hash, cause, '{}', null, null, null, 'running', null, null, null, ...said];
  const { worker, isHeld, cycle, status, outcome, reason, wakeMs } = begun;
  const first = cycle === null ? [0, hash, cause, '{}', null] : [1, cycle.hash, cause, cycle.delta, cycle.capture];
  return [...identity, ...first, worker, isHeld ? worker : null, status, outcome, reason, wakeMs, ...said];
}
