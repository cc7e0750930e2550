/**
 * `perdure retry RUN`: lets a failed run go on from before its failure; or all failed ones of a filter.
 */
import { retryRun, retryRuns } from '../../runtime/control/retry.ts';
import { ONTO_HELP, ONTO_OPTION, ontoFrom } from '../onto.ts';
import { CliError, STORE_HELP, STORE_OPTION, wholeNumber, type Command } from '../command.ts';
import { FILTER_HELP, FILTER_OPTIONS, onRuns, RUN_OR_FILTER } from '../filter.ts';
import { bold, green, plain } from '../terminal.ts';

export const retry: Command = {
  name: 'retry',
  summary: 'Let failed runs go on from before their failure',
  args: [RUN_OR_FILTER],
  options: { ...STORE_OPTION, ...FILTER_OPTIONS, from: { type: 'string' }, ...ONTO_OPTION },
  help: { ...STORE_HELP, ...FILTER_HELP, from: ['CYCLE', 'Go on from this cycle; `perdure logs` has the numbers. Default: the last before it failed'], ...ONTO_HELP },
  examples: ['retry order-42', 'retry order-42 --from 7', 'retry order-42 --onto src/order.wf.ts', 'retry --workflow fulfil --after 2030-01-31'],
  run(values, [id]) {
    const from = wholeNumber(values.from, '--from');
    if ((from ?? values.onto) !== undefined && id === undefined) throw new CliError('--from and --onto are for one run: give its id.');
    return onRuns(values, id, {
      command: 'retry',
      word: green('retrying'),
      async one(store, run) {
        const cycle = await retryRun(store, run, { from, onto: await ontoFrom(values, store) });
        return `${green('retrying')} ${bold(plain(run.id))} from cycle ${cycle}`;
      },
      many: retryRuns,
    });
  },
};
