/**
 * `perdure resume RUN`: lets a parked run go on; or all parked ones of a filter.
 */
import { resumeRun } from '../../runtime/control.ts';
import { resumeRuns } from '../../runtime/control/many.ts';
import { STORE_HELP, STORE_OPTION, type Command } from '../command.ts';
import { FILTER_HELP, FILTER_OPTIONS, onRuns, RUN_OR_FILTER } from '../filter.ts';
import { bold, green, plain } from '../terminal.ts';

export const resume: Command = {
  name: 'resume',
  summary: 'Let parked runs go on from their last checkpoint',
  args: [RUN_OR_FILTER],
  options: { ...STORE_OPTION, ...FILTER_OPTIONS },
  help: { ...STORE_HELP, ...FILTER_HELP },
  examples: ['resume order-42', 'resume --workflow fulfil --after 2030-01-31'],
  run: (values, [id]) =>
    onRuns(values, id, {
      command: 'resume',
      word: green('resumed'),
      async one(store, run) {
        await resumeRun(store, run);
        return `${green('resumed')} ${bold(plain(run.id))}`;
      },
      many: resumeRuns,
    }),
};
