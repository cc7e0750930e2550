/**
 * What goes for good: runs that are over, programs that nobody needs.
 */
import { clearRemains, countPrunable, countUnusedArtifacts, finishedWorkflows, pruneArtifacts, pruneRuns, RUNS_MAX } from './queries/prune.ts';
import type { Sql } from './sql.ts';

export type FinalStatus = 'completed' | 'failed' | 'cancelled' | 'terminated';

/** Runs of a workflow that have ended so, and when they go after that. */
export interface PruneRule {
  /** `module#name`. */
  workflow: string;
  status: FinalStatus;
  ageMs: number;
}

export class Pruning {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Workflows that have runs that are over. */
  async workflows(): Promise<string[]> {
    return (await this.sql.query(finishedWorkflows, [])).map((row) => String(row.workflow));
  }

  /** Lets some runs go, of all entry modules or of these. Returns how many; what is left of them, `clear` deletes. */
  async prune(rules: readonly PruneRule[], entries: readonly string[] | null): Promise<number> {
    return (await this.sql.query(pruneRuns, [...columns(rules), entries])).length;
  }

  async count(rules: readonly PruneRule[], entries: readonly string[] | null): Promise<number> {
    const [row] = await this.sql.query(countPrunable, [...columns(rules), entries]);
    return Number(row!.count);
  }

  /** Deletes some rows of runs that are gone. Returns whether there may be more. */
  async clear(): Promise<boolean> {
    const [row] = await this.sql.query(clearRemains, []);
    return Number(row!.runs) === RUNS_MAX || Number(row!.done) < Number(row!.runs);
  }

  /** Programs that no run has and no app has had in hand for so long. Returns how many have gone. */
  async pruneArtifacts(unusedMs: number): Promise<number> {
    return (await this.sql.query(pruneArtifacts, [unusedMs])).length;
  }

  async countUnusedArtifacts(unusedMs: number): Promise<number> {
    const [row] = await this.sql.query(countUnusedArtifacts, [unusedMs]);
    return Number(row!.count);
  }
}

const columns = (rules: readonly PruneRule[]): unknown[] => [
  rules.map(({ workflow }) => workflow),
  rules.map(({ status }) => status),
  rules.map(({ ageMs }) => ageMs),
];
