/**
 * `perdure prune --older-than DURATION`: lets runs go for good that have been over for that long.
 */
import { pruningOf, type PruneOptions } from '../../runtime/client/retention.ts';
import { prune as pruneStore } from '../../runtime/control/prune.ts';
import { CliError, duration, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { count, green, print, printJson } from '../terminal.ts';

export const prune: Command = {
  name: 'prune',
  summary: 'Let runs go for good that have been over for a while, and programs that nobody needs',
  args: [],
  options: { ...STORE_OPTION, 'older-than': { type: 'string' }, status: { type: 'string' }, workflow: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  help: {
    ...STORE_HELP,
    'older-than': ['DURATION', "Runs that have been over for so long: '30 days'"],
    status: ['STATUS', 'completed, failed, cancelled, terminated; several with commas. Default: all of them'],
    workflow: ['NAME', 'Runs of this workflow: its name, or module#name'],
    'dry-run': 'Only tell how many would go',
  },
  examples: ["prune --older-than '30 days' --dry-run", "prune --older-than '365 days' --status completed,cancelled"],
  async run(values) {
    const { status, workflow } = values;
    if (values['older-than'] === undefined) throw new CliError("Say which runs: --older-than '30 days'.");
    const { policy, only } = pruningOf({
      olderThan: duration(values['older-than'], '--older-than')!,
      ...(status === undefined ? {} : { status: String(status).split(',') as NonNullable<PruneOptions['status']> }),
      ...(workflow === undefined ? {} : { workflow: String(workflow) }),
    });
    const dryRun = values['dry-run'] === true;
    const pruned = await withStore(values, (store) => pruneStore(store, policy, only, { dryRun }));
    if (values.json) printJson({ ...pruned, dryRun });
    else print(`${dryRun ? 'would prune' : green('pruned')} ${count(pruned.runs, 'run')}${pruned.programs > 0 ? ` and ${count(pruned.programs, 'program')}` : ''}`);
    return 0;
  },
};
