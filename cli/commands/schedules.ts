/**
 * `perdure schedules`: what begins again and again; `perdure schedules pause nightly` and its like.
 */
import { pauseSchedule, removeSchedule, specOf, triggerSchedule } from '../../runtime/control/schedule.ts';
import type { StoredSchedule } from '../../runtime/store/schedules.ts';
import { CliError, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { ago, bold, cyan, dim, green, plain, print, printJson, printTable, time, yellow } from '../terminal.ts';

const ACTIONS = ['pause', 'resume', 'trigger', 'remove'];

export const schedules: Command = {
  name: 'schedules',
  summary: 'List schedules; pause, resume, trigger or remove one',
  args: [
    { name: 'ACTION', help: `${ACTIONS.join(', ')}. Default: list them all`, optional: true },
    { name: 'SCHEDULE', help: 'the id of the schedule', optional: true },
  ],
  options: STORE_OPTION,
  help: STORE_HELP,
  examples: ['schedules', 'schedules pause nightly', 'schedules trigger nightly'],
  async run(values, [action, id]) {
    if (action === undefined) {
      const all = await withStore(values, (store) => store.schedules.list());
      if (values.json) printJson(all.map(toJson));
      else if (all.length === 0) print('No schedules.');
      else printTable([HEAD, ...all.map(toRow)]);
      return 0;
    }
    if (!ACTIONS.includes(action)) throw new CliError(`There is no action '${action}'. There are ${ACTIONS.join(', ')}.`);
    if (id === undefined) throw new CliError(`\`perdure schedules ${action}\` needs SCHEDULE: the id of the schedule.`);
    const run = await withStore(values, async (store) => {
      if (action === 'trigger') return (await triggerSchedule(store, id)).id;
      if (action === 'remove') await removeSchedule(store, id);
      else await pauseSchedule(store, id, action === 'pause');
      return null;
    });
    if (values.json) printJson({ id, ...(run === null ? {} : { run }) });
    else if (run !== null) print(`${green('started')} ${bold(plain(run))}`);
    else print(`${action === 'resume' ? green('resumed') : yellow(action === 'pause' ? 'paused' : 'removed')} ${bold(plain(id))}`);
    return 0;
  },
};

const HEAD = ['SCHEDULE', 'CRON', 'ZONE', 'WORKFLOW', 'OVERLAP', 'NEXT', 'LAST', 'LAST RUN'].map(dim);

function toRow(schedule: StoredSchedule): string[] {
  const { cron, timeZone, workflow, overlap } = specOf(schedule);
  const { id, paused, nextMs, lastMs, lastRunId } = schedule;
  return [
    bold(plain(id)),
    plain(cron),
    plain(timeZone),
    plain(workflow.slice(workflow.indexOf('#') + 1)),
    overlap,
    paused ? yellow('paused') : nextMs === null ? dim('never') : cyan(time(nextMs)),
    lastMs === null ? '' : ago(lastMs),
    plain(lastRunId ?? ''),
  ];
}

function toJson(schedule: StoredSchedule): object {
  const { cron, timeZone, workflow, args, overlap, backfillMs } = specOf(schedule);
  const { id, paused, nextMs, lastMs, lastRunId, skipped } = schedule;
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return { id, cron, timeZone, workflow, args, overlap, backfillMs, paused, nextAt: paused ? null : iso(nextMs), lastAt: iso(lastMs), lastRun: lastRunId, skipped };
}
