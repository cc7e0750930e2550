/**
 * What a command is, and what several of them share.
 */
import type { ParseArgsConfig } from 'node:util';
import { durationMs } from '../runtime/builtins/duration.ts';
import { toDocument } from '../runtime/codec/border.ts';
import type { Json } from '../runtime/codec/format.ts';
import { errorDocument } from '../runtime/codec/outcome.ts';
import type { StoredRun } from '../runtime/store/runs.ts';
import type { Store } from '../runtime/store/store.ts';
import { CliError } from './exit-code.ts';

export { CliError } from './exit-code.ts';

export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

export interface Argument {
  name: string;
  help: string;
  optional?: true;
  /** Takes all that follow. */
  many?: true;
}

export interface Command {
  name: string;
  summary: string;
  args: Argument[];
  options: NonNullable<ParseArgsConfig['options']>;
  /** Per option: what it does; and what its value is called, if it takes one. */
  help: Record<string, string | [value: string, help: string]>;
  examples: string[];
  /** Returns the exit code. The required arguments are there. */
  run(values: Values, args: string[]): Promise<number>;
}

export const PATTERNS: Argument = { name: 'PATTERN', help: 'workflow modules (*.wf.ts); quote a pattern with **', many: true };

export const JSON_OPTION = { json: { type: 'boolean' as const } };
export const JSON_HELP = { json: 'Print one JSON document, and nothing else' };

export const STORE_OPTION = { store: { type: 'string' as const, short: 's' }, ...JSON_OPTION };
export const STORE_HELP: Command['help'] = {
  store: ['STORE', 'A PostgreSQL URL or a directory. Default: $PERDURE_STORE, $DATABASE_URL, or .perdure'],
  ...JSON_HELP,
};

/** Runs `body` with the store that the options name. */
export async function withStore<T>(values: Values, body: (store: Store) => Promise<T>): Promise<T> {
  const target = (values.store as string | undefined) ?? process.env.PERDURE_STORE ?? process.env.DATABASE_URL ?? '.perdure';
  if (target === '') throw new CliError('--store needs a PostgreSQL URL or a directory.');
  const { openStore } = await import('../runtime/store/open.ts');
  const store = await openStore(target, { shared: true, existing: true, connectionsMax: 2 });
  try {
    return await body(store);
  } finally {
    await store.close();
  }
}

/** A run by its id or its uid. */
export async function findRun(store: Store, id: string): Promise<StoredRun> {
  const run = await store.runs.findByName(id);
  if (!run) throw new CliError(`There is no run '${id}'. \`perdure list\` shows those there are.`, 3);
  return run;
}

/** The command knows no program's names: its values are JSON. */
export const NAMES = { nameOf: () => undefined, symbols: false, reflective: false };

/** A JSON argument. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CliError(`${what} is not JSON: ${(error as Error).message}. Text needs quotes: '"text"'.`);
  }
}

/** `--tag name=value`, several times. */
export function parseTags(given: Values[string]): Record<string, string> {
  const list = given === undefined ? [] : Array.isArray(given) ? given : [given];
  return Object.fromEntries(
    list.map((text) => {
      const [, name, value] = /^([^=]+)=(.+)$/s.exec(String(text)) ?? [];
      if (name === undefined || value === undefined) throw new CliError('--tag takes NAME=VALUE.');
      return [name, value];
    }),
  );
}

/** A duration: a number of ms, or '30 seconds'; undefined if the option is not there. */
export function duration(value: unknown, option: string): number | undefined {
  if (value === undefined) return undefined;
  try {
    return durationMs(/^\d+$/.test(String(value)) ? Number(value) : String(value));
  } catch (error) {
    throw new CliError(`${option}: ${(error as Error).message}`);
  }
}

/**
 * A moment: 2030-01-31T08:00:00Z. `Date` alone takes nearly anything: '5' and 'Jan 5' for days in 2001, of which a run begins at once and
 * a filter lets everything through; the 31st of February for one in March.
 */
export function moment(value: string, option: string): Date {
  const date = new Date(value);
  const [day] = /^\d{4}-\d\d-\d\d(?!\d)/.exec(value) ?? [];
  const isDay = day !== undefined && new Date(`${day}T00:00Z`).toJSON()?.startsWith(day);
  if (!isDay || Number.isNaN(date.getTime())) throw new CliError(`${option} takes a moment, such as 2030-01-31T08:00:00Z, and '${value}' is none.`);
  return date;
}

/** `--result JSON` or `--error MESSAGE`: what has come of an effect. `wanted` is said if it is not just one of what may be given. */
export function completionOf(values: Values, options: readonly string[], wanted: string): { result: Json } | { error: Json } {
  if (options.filter((name) => values[name] !== undefined).length !== 1) throw new CliError(wanted);
  if (typeof values.result === 'string') return { result: toDocument(parseJson(values.result, '--result'), NAMES) };
  return { error: errorDocument(new Error(String(values.error)), NAMES) };
}

/** A whole number of at least `min`; undefined if the option is not there. */
export function wholeNumber(value: unknown, option: string, min = 0): number | undefined {
  if (value === undefined) return undefined;
  const number = /^-?\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < min) throw new CliError(`${option} takes a whole number${min === Number.MIN_SAFE_INTEGER ? '' : ` from ${min} on`}.`);
  return number;
}
