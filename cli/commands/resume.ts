/**
 * `perdure resume RUN`: lets a parked run go on.
 */
import { resumeRun } from '../../runtime/control.ts';
import { STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { bold, green, plain, print, printJson } from '../terminal.ts';

export const resume: Command = {
  name: 'resume',
  summary: 'Let a parked run go on from its last checkpoint',
  args: [{ name: 'RUN', help: 'the id of the run' }],
  options: STORE_OPTION,
  help: STORE_HELP,
  examples: ['resume order-42'],
  async run(values, [id]) {
    await withStore(values, (store) => resumeRun(store, { id: id! }));
    if (values.json) printJson({ id });
    else print(`${green('resumed')} ${bold(plain(id!))}`);
    return 0;
  },
};
