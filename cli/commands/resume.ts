/**
 * `perdure resume RUN`: lets a parked run go on; or all parked ones of a filter.
 */
import { resumeRun } from '../../runtime/control.ts';
import { resumeOnto } from '../../runtime/control/move.ts';
import { resumeRuns } from '../../runtime/control/many.ts';
import { CliError, STORE_HELP, STORE_OPTION, type Command } from '../command.ts';
import { FILTER_HELP, FILTER_OPTIONS, onRuns, RUN_OR_FILTER } from '../filter.ts';
import { ONTO_HELP, ONTO_OPTION, ontoFrom } from '../onto.ts';
import { bold, green, plain } from '../terminal.ts';

export const resume: Command = {
  name: 'resume',
  summary: 'Let parked runs go on from their last checkpoint',
  args: [RUN_OR_FILTER],
  options: { ...STORE_OPTION, ...FILTER_OPTIONS, ...ONTO_OPTION },
  help: { ...STORE_HELP, ...FILTER_HELP, ...ONTO_HELP },
  examples: ['resume order-42', 'resume order-42 --onto src/order.wf.ts', 'resume --workflow fulfil --after 2030-01-31'],
  run(values, [id]) {
    if (values.onto !== undefined && id === undefined) throw new CliError('--onto is for one run: give its id.');
    return onRuns(values, id, {
      command: 'resume',
      word: green('resumed'),
      async one(store, run) {
        const onto = await ontoFrom(values, store);
        if (onto) await resumeOnto(store, run, onto);
        else await resumeRun(store, run);
        return `${green('resumed')} ${bold(plain(run.id))}`;
      },
      many: resumeRuns,
    });
  },
};
