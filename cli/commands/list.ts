/**
 * `perdure list`: runs, newest first.
 */
import type { RunStatus, StoredRun } from '../../runtime/store/runs.ts';
import { CliError, STORE_HELP, STORE_OPTION, wholeNumber, withStore, type Command } from '../command.ts';
import { ago, bold, cyan, dim, green, plain, print, printJson, printTable, red, yellow } from '../terminal.ts';

const STATUSES: RunStatus[] = ['running', 'completed', 'failed', 'cancelled', 'terminated', 'parked'];

export const list: Command = {
  name: 'list',
  summary: 'List runs, newest first',
  args: [],
  options: {
    ...STORE_OPTION,
    status: { type: 'string' },
    workflow: { type: 'string' },
    limit: { type: 'string' },
  },
  help: {
    ...STORE_HELP,
    status: ['STATUS', STATUSES.join(', ')],
    workflow: ['NAME', 'Runs of this workflow: its name, or module#name'],
    limit: ['N', 'How many. Default: 50'],
  },
  examples: ['list', 'list --status parked --workflow fulfil'],
  async run(values) {
    const limit = wholeNumber(values.limit, '--limit', 1) ?? 50;
    if (values.status !== undefined && !(STATUSES as string[]).includes(values.status as string)) {
      throw new CliError(`There is no status '${values.status as string}'. There are ${STATUSES.join(', ')}.`);
    }
    const runs = await withStore(values, (store) =>
      store.runs.list({
        ...(values.status ? { status: values.status as string } : {}),
        ...(values.workflow ? { workflow: values.workflow as string } : {}),
        limit,
      }),
    );
    if (values.json) printJson(runs.map((run) => ({ ...toJson(run), cycles: run.seq ?? 0 })));
    else if (runs.length === 0) print('No runs.');
    else printTable([HEAD, ...runs.map(toRow)]);
    return 0;
  },
};

const HEAD = ['RUN', 'WORKFLOW', 'STATUS', 'CYCLES', 'STARTED', 'ENDED'].map(dim);

const toRow = (run: StoredRun): string[] => [
  bold(plain(run.id)),
  plain(run.workflow.slice(run.workflow.indexOf('#') + 1)),
  statusText(run),
  String(run.seq ?? 0),
  ago(run.createdMs),
  run.finishedMs === null ? '' : ago(run.finishedMs),
];

export function statusText(run: StoredRun): string {
  if (run.inDoubt && run.status === 'running') return yellow('in doubt');
  switch (run.status) {
    case 'pending':
      return dim('pending');
    case 'running':
      return run.outcome === null ? cyan(run.worker === null ? 'waiting' : 'running') : cyan('finishing');
    case 'completed':
      return green('completed');
    case 'failed':
      return red('failed');
    case 'cancelled':
    case 'terminated':
      return yellow(run.status);
    case 'parked':
      return yellow('parked');
  }
}

export const toJson = (run: StoredRun): object => ({
  id: run.id,
  uid: run.uid,
  workflow: run.workflow,
  artifact: run.artifact,
  status: run.status,
  inDoubt: run.inDoubt,
  outcome: run.outcome === null ? null : (JSON.parse(run.outcome) as unknown),
  reason: run.reason === null ? null : (JSON.parse(run.reason) as unknown),
  tags: run.tags,
  priority: run.priority,
  createdAt: new Date(run.createdMs).toISOString(),
  startsAt: run.startMs === null ? null : new Date(run.startMs).toISOString(),
  finishedAt: run.finishedMs === null ? null : new Date(run.finishedMs).toISOString(),
});
