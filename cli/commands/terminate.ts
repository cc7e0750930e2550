/**
 * `perdure terminate RUN`: ends a run at once; nothing of it runs any more.
 */
import { terminateRun } from '../../runtime/control.ts';
import { findRun, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { bold, plain, print, printJson, yellow } from '../terminal.ts';

export const terminate: Command = {
  name: 'terminate',
  summary: 'End a run at once: nothing of it runs any more, nothing is cleaned up',
  args: [{ name: 'RUN', help: 'the id of the run' }],
  options: { ...STORE_OPTION, reason: { type: 'string' } },
  help: { ...STORE_HELP, reason: ['TEXT', 'Why, for the log'] },
  examples: ["terminate order-42 --reason 'entered twice'"],
  async run(values, [id]) {
    const run = await withStore(values, async (store) => {
      const found = await findRun(store, id!);
      await terminateRun(store, found, values.reason as string | undefined);
      return found;
    });
    if (values.json) printJson({ id: run.id });
    else print(`${yellow('terminated')} ${bold(plain(run.id))}`);
    return 0;
  },
};
