/**
 * `perdure terminate RUN`: ends a run at once; nothing of it runs any more.
 */
import { terminateRuns } from '../../runtime/control/many.ts';
import { terminateRun } from '../../runtime/control/terminate.ts';
import { STORE_HELP, STORE_OPTION, type Command } from '../command.ts';
import { FILTER_HELP, FILTER_OPTIONS, onRuns, RUN_OR_FILTER } from '../filter.ts';
import { bold, plain, yellow } from '../terminal.ts';

export const terminate: Command = {
  name: 'terminate',
  summary: 'End runs at once: nothing of them runs any more, nothing is cleaned up',
  args: [RUN_OR_FILTER],
  options: { ...STORE_OPTION, ...FILTER_OPTIONS, reason: { type: 'string' } },
  help: { ...STORE_HELP, ...FILTER_HELP, reason: ['TEXT', 'Why, for the log'] },
  examples: ["terminate order-42 --reason 'entered twice'", 'terminate --tag customer=42'],
  run(values, [id]) {
    const reason = values.reason as string | undefined;
    return onRuns(values, id, {
      command: 'terminate',
      word: yellow('terminated'),
      async one(store, run) {
        await terminateRun(store, run, reason);
        return `${yellow('terminated')} ${bold(plain(run.id))}`;
      },
      many: (store, filter) => terminateRuns(store, filter, reason),
    });
  },
};
