/**
 * Opens a store: a PostgreSQL URL, the directory of an embedded one, or `memory:`.
 */
import { host } from '../host.ts';
import { PerdureError } from '../errors.ts';
import { StoreError } from './errors.ts';
import { checkSchema, migrate } from './migrate.ts';
import { MemorySql } from './memory/memory-sql.ts';
import { openPglite } from './pglite.ts';
import { openPostgres, type PostgresOptions } from './postgres.ts';
import type { Sql } from './sql.ts';
import { Store } from './store.ts';

export interface OpenStoreOptions extends PostgresOptions {
  /** Beside a process that holds an embedded store, use it through that process instead of failing. */
  shared?: boolean;
  /** Only a store that is there: nothing is created, no schema is changed. */
  existing?: boolean;
}

export async function openStore(target: string, options: OpenStoreOptions = {}): Promise<Store> {
  if (target === 'memory:') return openMemory(options);
  const sql = await openSql(target, options);
  try {
    await whenReachable(() => (options.existing ? checkSchema(sql) : migrate(sql)));
    return new Store(sql);
  } catch (error) {
    await sql.close().catch(() => {});
    throw error;
  }
}

function openMemory({ existing, shared }: OpenStoreOptions): Store {
  if (!existing && !shared) return new Store(new MemorySql());
  throw new PerdureError('store_missing', 'A store in memory is seen by the engine that opened it, and by nobody else.');
}

async function openSql(target: string, options: OpenStoreOptions): Promise<Sql> {
  if (/^postgres(ql)?:\/\//.test(target)) return openPostgres(target, options);
  // `C:` is a drive. Else a directory of that name would be made, wherever the app runs.
  if (/^[a-z][\w+.-]+:/i.test(target)) {
    throw new PerdureError('store_url', 'A store is a PostgreSQL URL (postgres://…), a directory, or memory:. This is none: if it is a directory, write ./ before it.');
  }
  return openPglite(target, { shared: options.shared ?? false, existing: options.existing ?? false });
}

/** A server that is just starting gets a few seconds. */
async function whenReachable(body: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind === 'refused' || attempt === 10) throw error;
      await new Promise<void>((resolve) => host.after(attempt * 100, resolve));
    }
  }
}
