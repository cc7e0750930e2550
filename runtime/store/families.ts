/**
 * Runs that other runs have started.
 */
import { childrenOf, openChildrenOf, orphanedBy, orphansTold, owingChildren, startChild, tellParent } from './queries/families.ts';
import type { NewRun, RunStatus } from './runs.ts';
import type { Sql } from './sql.ts';

export interface NewChild extends NewRun {
  parent: string;
  /** The parent's request that starts it. */
  request: number;
  priority: number;
  tags: Record<string, string>;
}

export interface StoredChild {
  uid: string;
  id: string;
  /** The parent's request that has started it. */
  request: number;
  workflow: string;
  status: RunStatus;
  /** Its workflow has ended. */
  over: boolean;
}

export class Families {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Starts a child. Returns false if its id or its uid is taken. */
  async start(run: NewChild): Promise<boolean> {
    const { uid, id, workflow, entry, artifact, argsHash, hash, cause, parent, request, priority, tags } = run;
    const rows = await this.sql.query(startChild, [uid, id, workflow, entry, artifact, argsHash, hash, cause, parent, request, priority, JSON.stringify(tags)]);
    return rows.length === 1;
  }

  /** Children whose parents have not heard of their ends. */
  async owing(limit: number): Promise<string[]> {
    return (await this.sql.query(owingChildren, [limit])).map(({ uid }) => String(uid));
  }

  /** Puts the end of a child into its parent's inbox, once. Returns whether it is there now. */
  async tellParent(uid: string): Promise<boolean> {
    return (await this.sql.query(tellParent, [uid])).length === 1;
  }

  /** Runs that were terminated and whose children have not been told. */
  async orphaned(limit: number): Promise<string[]> {
    return (await this.sql.query(orphanedBy, [limit])).map(({ uid }) => String(uid));
  }

  async orphansTold(uid: string): Promise<void> {
    await this.sql.query(orphansTold, [uid]);
  }

  /** The children of a run, in the order of their starts. */
  async childrenOf(uid: string, limit: number): Promise<StoredChild[]> {
    const rows = await this.sql.query(childrenOf, [uid, limit]);
    return rows.map((row) => ({
      uid: String(row.uid),
      id: String(row.id),
      request: Number(row.request),
      workflow: String(row.workflow),
      status: row.status as RunStatus,
      over: row.over === true,
    }));
  }

  /** Those of them that have not ended, of the requests after one. */
  async openChildrenOf(uid: string, after: number, limit: number): Promise<Pick<StoredChild, 'uid' | 'request'>[]> {
    const rows = await this.sql.query(openChildrenOf, [uid, after, limit]);
    return rows.map((row) => ({ uid: String(row.uid), request: Number(row.request) }));
  }
}
