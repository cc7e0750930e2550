/**
 * Stored programs.
 */
import { listArtifacts, loadArtifact, storeArtifact, touchArtifact } from './queries/artifacts.ts';
import type { Sql } from './sql.ts';

/** The log, which is not trusted, may name programs, too. */
const HASH = /^(?:[0-9a-f]{2})+$/;

export class Artifacts {
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  async store(hash: string, entry: string, content: string): Promise<void> {
    await this.sql.query(storeArtifact, [hash, entry, content]);
  }

  /** Keeps it from being pruned for a while. Returns false if it is gone. */
  async touch(hash: string): Promise<boolean> {
    return (await this.sql.query(touchArtifact, [hash])).length === 1;
  }

  async load(hash: string): Promise<string | null> {
    const [row] = HASH.test(hash) ? await this.sql.query(loadArtifact, [hash]) : [];
    return row ? String(row.content) : null;
  }

  /** The newest artifact of every entry module. */
  async newest(): Promise<{ hash: string; entry: string; content: string }[]> {
    const rows = await this.sql.query(listArtifacts, []);
    return rows.map((row) => ({ hash: String(row.hash), entry: String(row.entry), content: String(row.content) }));
  }
}
