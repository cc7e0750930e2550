/**
 * What a command is.
 */
import type { ParseArgsConfig } from 'node:util';
import { openStore } from '../runtime/store/open.ts';
import type { Store, StoredRun } from '../runtime/store/store.ts';

export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

export interface Command {
  name: string;
  summary: string;
  /** The arguments, as `--help` shows them. */
  usage: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** Help per option. */
  help: Record<string, string>;
  /** Returns the exit code. */
  run(values: Values, positionals: string[]): Promise<number>;
}

/** Exit codes: 0 fine, 1 the input is wrong, 2 the environment, 3 not found, 4 conflict. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const STORE_OPTION = {
  store: { type: 'string' as const, short: 's' },
  json: { type: 'boolean' as const },
};

export const STORE_HELP = {
  store: 'A PostgreSQL URL or a directory. Default: $PERDURE_STORE, $DATABASE_URL, or .perdure',
  json: 'Print JSON',
};

/** Runs `body` with the store that the options name. */
export async function withStore<T>(values: Values, body: (store: Store) => Promise<T>): Promise<T> {
  const target = (values.store as string | undefined) ?? process.env.PERDURE_STORE ?? process.env.DATABASE_URL ?? '.perdure';
  const store = await openStore(target, { shared: true, connectionsMax: 2 });
  try {
    return await body(store);
  } finally {
    await store.close();
  }
}

/** A run by its id or its uid. */
export async function findRun(store: Store, id: string | undefined): Promise<StoredRun> {
  if (!id) throw new CliError('Which run? Give its id; `perdure list` shows them.');
  const byId = await store.find(id);
  const run = byId ?? (/^[0-9a-f-]{36}$/.test(id) ? await store.findByUid(id) : null);
  if (!run) throw new CliError(`There is no run '${id}'. \`perdure list\` shows those there are.`, 3);
  return run;
}

/** A JSON argument. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CliError(`${what} is not JSON: ${(error as Error).message}. Text needs quotes: '"text"'.`);
  }
}
