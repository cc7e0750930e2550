/**
 * `perdure list`: runs, newest first.
 */
import { pageOf } from '../../runtime/client/filter.ts';
import type { StoredRun } from '../../runtime/store/runs.ts';
import { STORE_HELP, STORE_OPTION, wholeNumber, withStore, type Command } from '../command.ts';
import { FILTER_HELP, FILTER_OPTIONS, filterFrom } from '../filter.ts';
import { ago, bold, cyan, dim, green, plain, print, printJson, printTable, red, time, yellow } from '../terminal.ts';

export const list: Command = {
  name: 'list',
  summary: 'List runs, newest first',
  args: [],
  options: { ...STORE_OPTION, ...FILTER_OPTIONS, limit: { type: 'string' }, cursor: { type: 'string' } },
  help: {
    ...STORE_HELP,
    ...FILTER_HELP,
    limit: ['N', 'How many. Default: 50'],
    cursor: ['CURSOR', 'Begin after this run: `cursor` of the last one, with --json'],
  },
  examples: ['list', 'list --status parked,failed --workflow fulfil', 'list --tag customer=42 --after 2030-01-31'],
  async run(values) {
    const { limit, cursor } = pageOf({
      limit: wholeNumber(values.limit, '--limit', 1) ?? 50,
      ...(values.cursor === undefined ? {} : { cursor: String(values.cursor) }),
    });
    const filter = filterFrom(values);
    const runs = await withStore(values, (store) => store.runs.list({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) }));
    if (values.json) printJson(runs.map((run) => ({ ...toJson(run), cycles: run.seq ?? 0, cursor: run.cursor })));
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
      if (run.unserved !== null) return yellow(`waits for the queue ${plain(run.unserved)}, which nobody serves`);
      if (run.token && run.outcome === null) return cyan(tokenText(run.token));
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

/** It waits for somebody outside. */
export const tokenText = ({ until }: { until: number | null }): string => `waits for a token${until === null ? '' : ` until ${time(until)}`}`;

export const toJson = (run: StoredRun): object => ({
  id: run.id,
  uid: run.uid,
  workflow: run.workflow,
  artifact: run.artifact,
  status: run.status,
  inDoubt: run.inDoubt,
  token: run.token && { until: run.token.until === null ? null : new Date(run.token.until).toISOString() },
  unserved: run.unserved,
  outcome: run.outcome === null ? null : (JSON.parse(run.outcome) as unknown),
  reason: run.reason === null ? null : (JSON.parse(run.reason) as unknown),
  tags: run.tags,
  priority: run.priority,
  createdAt: new Date(run.createdMs).toISOString(),
  startsAt: run.startMs === null ? null : new Date(run.startMs).toISOString(),
  finishedAt: run.finishedMs === null ? null : new Date(run.finishedMs).toISOString(),
});
