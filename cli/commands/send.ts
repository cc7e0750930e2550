/**
 * `perdure send RUN CHANNEL MESSAGE`: a message, as JSON, into one of the run's channels.
 */
import { toDocument } from '../../runtime/codec/border.ts';
import { writeEntry } from '../../runtime/worker/inbox.ts';
import { CliError, findRun, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { bold, green, print, printJson } from '../terminal.ts';

export const send: Command = {
  name: 'send',
  summary: 'Send a message to a run',
  usage: "RUN CHANNEL ['MESSAGE']",
  options: { ...STORE_OPTION },
  help: STORE_HELP,
  async run(values, [id, channel, message]) {
    if (!channel) throw new CliError("Usage: perdure send RUN CHANNEL 'MESSAGE', the message as JSON.");
    const value = message === undefined ? undefined : parseJson(message, 'The message');
    const document = toDocument(value, { nameOf: () => undefined, symbols: false, reflective: false });
    const { run, number } = await withStore(values, async (store) => {
      const found = await findRun(store, id);
      const sent = await store.send(found.id, writeEntry({ kind: 'message', channel, value: document }));
      store.sql.announce();
      return { run: found, number: sent };
    });
    if (number === null) throw new CliError(`The run '${run.id}' has ended and takes nothing any more.`, 4);
    if (values.json) printJson({ id: run.id, channel, number });
    else print(`${green('sent')} to ${channel} of ${bold(run.id)}`);
    return 0;
  },
};
