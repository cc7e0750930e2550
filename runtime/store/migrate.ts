/**
 * Brings the schema to the version this code knows: numbered files, each applied once, in a transaction.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { host } from '../host.ts';
import { StoreError } from './errors.ts';
import type { Sql } from './sql.ts';

const FOLDER = fileURLToPath(new URL('./migrations/', import.meta.url));

interface Migration {
  version: number;
  text: string;
}

function migrations(): Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d{6}\.sql$/.test(name))
    .sort()
    .map((name) => ({ version: Number.parseInt(name, 10), text: readFileSync(`${FOLDER}${name}`, 'utf8') }));
}

const VERSION = { name: 'perdure_schema_version', text: 'SELECT coalesce(max(version), 0) AS version FROM perdure.migrations' };

export async function migrate(sql: Sql): Promise<void> {
  const known = migrations();
  let version = await currentVersion(sql);
  checkNotNewer(version, known.at(-1)!.version);
  for (const migration of known) {
    if (migration.version <= version) continue;
    await apply(sql, migration);
    version = migration.version;
  }
}

/** For those who only visit: the schema must be the one this code knows. */
export async function checkSchema(sql: Sql): Promise<void> {
  const newest = migrations().at(-1)!.version;
  const version = await currentVersion(sql);
  checkNotNewer(version, newest);
  if (version === newest) return;
  throw new StoreError(
    'refused',
    'store_schema',
    version === 0
      ? 'There are no tables of Perdure in this database. An app makes them when it opens the store.'
      : `The database has schema version ${version}; this version of perdure needs ${newest}. An app of this version brings it up to date when it opens the store.`,
  );
}

function checkNotNewer(version: number, newest: number): void {
  if (version <= newest) return;
  throw new StoreError(
    'refused',
    'store_schema_newer',
    `The database has schema version ${version}; this version of perdure knows ${newest}. Update perdure.`,
  );
}

async function currentVersion(sql: Sql): Promise<number> {
  try {
    const [row] = await sql.query(VERSION, []);
    return Number(row!.version);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store_schema') return 0;
    throw error;
  }
}

/** Two processes may do this at once: one of them meets what the other has just made, and looks again. */
const CONCURRENT = new Set(['23505', '42P06', '42P07', '42710']);
const ATTEMPTS = 50;

async function apply(sql: Sql, { version, text }: Migration): Promise<void> {
  // Several statements sent at once are one transaction.
  const script = `
    CREATE SCHEMA IF NOT EXISTS perdure;
    CREATE TABLE IF NOT EXISTS perdure.migrations (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
    INSERT INTO perdure.migrations (version) VALUES (${version});
    ${text}`;
  for (let attempt = 1; ; attempt++) {
    try {
      await sql.script(script);
      return;
    } catch (error) {
      if ((await currentVersion(sql)) >= version) return;
      const code = (error as { cause?: { code?: string } }).cause?.code;
      if (attempt === ATTEMPTS || code === undefined || !CONCURRENT.has(code)) throw error;
      await new Promise<void>((resolve) => host.after(100, resolve));
    }
  }
}
