/**
 * `perdure cancel RUN`: asks a run to stop; it cleans up as its program says.
 */
import { CANCEL_WAIT_MS, cancelRun } from '../../runtime/control.ts';
import { cancelRuns } from '../../runtime/control/many.ts';
import { duration, STORE_HELP, STORE_OPTION, type Command } from '../command.ts';
import { FILTER_HELP, FILTER_OPTIONS, onRuns, RUN_OR_FILTER } from '../filter.ts';
import { bold, plain, yellow } from '../terminal.ts';

export const cancel: Command = {
  name: 'cancel',
  summary: 'Ask runs to stop: their effects are aborted, they clean up and end',
  args: [RUN_OR_FILTER],
  options: { ...STORE_OPTION, ...FILTER_OPTIONS, reason: { type: 'string' }, wait: { type: 'string' } },
  help: {
    ...STORE_HELP,
    ...FILTER_HELP,
    reason: ['TEXT', 'Why, for the log and the CancelledError'],
    wait: ['DURATION', 'How long the effects under way have to end. Default: 10 seconds'],
  },
  examples: ['cancel order-42', "cancel order-42 --reason 'changed my mind' --wait '1 minute'", 'cancel --tag customer=42'],
  run(values, [id]) {
    const graceMs = duration(values.wait, '--wait') ?? CANCEL_WAIT_MS;
    const cancellation = { reason: values.reason as string | undefined, graceMs };
    return onRuns(values, id, {
      command: 'cancel',
      word: yellow('cancelling'),
      async one(store, run) {
        await cancelRun(store, run, cancellation);
        const name = bold(plain(run.id));
        return run.status === 'parked' ? `${name} is parked: it hears of it when it is resumed` : `${yellow('cancelling')} ${name}`;
      },
      many: (store, filter) => cancelRuns(store, filter, cancellation),
    });
  },
};
