/**
 * `perdure cancel RUN`: asks a run to stop; it cleans up as its program says.
 */
import { durationMs } from '../../runtime/builtins/duration.ts';
import { CANCEL_WAIT, cancelRun } from '../../runtime/control.ts';
import { CliError, findRun, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { bold, plain, print, printJson, yellow } from '../terminal.ts';

export const cancel: Command = {
  name: 'cancel',
  summary: 'Ask a run to stop: its effects are aborted, it cleans up and ends',
  args: [{ name: 'RUN', help: 'the id of the run' }],
  options: { ...STORE_OPTION, reason: { type: 'string' }, wait: { type: 'string' } },
  help: {
    ...STORE_HELP,
    reason: ['TEXT', 'Why, for the log and the CancelledError'],
    wait: ['DURATION', 'How long the effects under way have to end. Default: 10 seconds'],
  },
  examples: ['cancel order-42', "cancel order-42 --reason 'changed my mind' --wait '1 minute'"],
  async run(values, [id]) {
    const graceMs = duration((values.wait as string | undefined) ?? CANCEL_WAIT);
    const run = await withStore(values, async (store) => {
      const found = await findRun(store, id!);
      await cancelRun(store, found, { reason: values.reason as string | undefined, graceMs });
      return found;
    });
    if (values.json) printJson({ id: run.id });
    else if (run.status === 'parked') print(`${bold(plain(run.id))} is parked: it hears of it when it is resumed`);
    else print(`${yellow('cancelling')} ${bold(plain(run.id))}`);
    return 0;
  },
};

function duration(text: string): number {
  try {
    return durationMs(/^\d+$/.test(text) ? Number(text) : text);
  } catch (error) {
    throw new CliError(`--wait: ${(error as Error).message}`);
  }
}
