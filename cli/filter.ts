/**
 * Options by which a command finds runs, as the engine's filters have them.
 */
import { filterOf } from '../runtime/client/filter.ts';
import { PerdureError } from '../runtime/errors.ts';
import type { RunFilter as StoredFilter, RunStatus, StoredRun } from '../runtime/store/runs.ts';
import type { Store } from '../runtime/store/store.ts';
import { CliError, findRun, moment, parseTags, withStore, type Argument, type Command, type Values } from './command.ts';
import { count, print, printJson } from './terminal.ts';

export const FILTER_OPTIONS = {
  status: { type: 'string' as const },
  workflow: { type: 'string' as const },
  tag: { type: 'string' as const, multiple: true },
  doubt: { type: 'boolean' as const },
  after: { type: 'string' as const },
  before: { type: 'string' as const },
};

export const FILTER_HELP: Command['help'] = {
  status: ['STATUS', 'pending, running (also what waits), completed, failed, cancelled, terminated, parked; several with commas'],
  workflow: ['NAME', 'Runs of this workflow: its name, or module#name'],
  tag: ['NAME=VALUE', 'Runs with this tag; several times: with all of them'],
  doubt: 'Runs with an effect in doubt',
  after: ['TIME', 'Runs started at this moment or later: 2030-01-31T08:00:00Z'],
  before: ['TIME', 'Runs started before'],
};

/** The condition that the options make. */
export function filterFrom(values: Values): StoredFilter {
  const { status, workflow, tag, doubt, after, before } = values;
  return filterOf({
    ...(status === undefined ? {} : { status: statusesOf(String(status)) }),
    ...(workflow === undefined ? {} : { workflow: String(workflow) }),
    ...(tag === undefined ? {} : { tags: parseTags(tag) }),
    ...(doubt === undefined ? {} : { inDoubt: true }),
    ...(after === undefined ? {} : { createdAfter: moment(String(after), '--after') }),
    ...(before === undefined ? {} : { createdBefore: moment(String(before), '--before') }),
  });
}

/** What `perdure list` says of runs in the place of their status, and the options that find those. */
const SAID: Record<string, string> = { waiting: '--status running', finishing: '--status running', 'in doubt': '--doubt' };

/** What is no status at all is left to the filter. */
function statusesOf(text: string): RunStatus[] {
  const names = text.split(',');
  const said = names.find((name) => Object.hasOwn(SAID, name));
  if (said === undefined) return names as RunStatus[];
  throw new PerdureError('filter', `Wrong filter: '${said}' is what \`perdure list\` says of runs whose status is 'running': ${SAID[said]} finds them.`);
}

export const RUN_OR_FILTER: Argument = { name: 'RUN', help: 'the id of the run; or options that say which runs', optional: true };

export interface OnRuns {
  command: string;
  /** What it has done: `resumed`. */
  word: string;
  /** Returns what is printed. */
  one(store: Store, run: StoredRun): Promise<string>;
  /** Returns how many runs it was done to. */
  many(store: Store, filter: StoredFilter): Promise<number>;
}

/** Does something to the run that is named, or to all that the options let through. */
export async function onRuns(values: Values, id: string | undefined, { command, word, one, many }: OnRuns): Promise<number> {
  const filter = filterFrom(values);
  const isFiltered = Object.keys(filter).length > 0;
  if (id !== undefined && isFiltered) throw new CliError(`\`perdure ${command}\` takes a run, or options that say which runs; not both.`);
  if (id === undefined && !isFiltered) {
    throw new CliError(`\`perdure ${command}\` needs a run, or options that say which runs: --workflow, --status, --tag, …`);
  }
  await withStore(values, async (store) => {
    if (id === undefined) {
      const done = await many(store, filter);
      if (values.json) printJson({ count: done });
      else print(`${word} ${count(done, 'run')}`);
      return;
    }
    const run = await findRun(store, id);
    const text = await one(store, run);
    if (values.json) printJson({ id: run.id });
    else print(text);
  });
  return 0;
}
