/**
 * `perdure send RUN CHANNEL MESSAGE`: a message, as JSON, into one of the run's channels.
 */
import { toDocument } from '../../runtime/codec/border.ts';
import { sendMessage } from '../../runtime/control.ts';
import { checkChannel } from '../channels.ts';
import { findRun, NAMES, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { bold, green, plain, print, printJson } from '../terminal.ts';

export const send: Command = {
  name: 'send',
  summary: 'Send a message to a run',
  args: [
    { name: 'RUN', help: 'the id of the run' },
    { name: 'CHANNEL', help: 'the name of the channel' },
    { name: 'MESSAGE', help: 'the message, as JSON. Default: undefined', optional: true },
  ],
  options: { ...STORE_OPTION, key: { type: 'string' } },
  help: { ...STORE_HELP, key: ['KEY', 'Send it once: a message with this key that the channel has had before is not sent again'] },
  examples: [`send order-42 cancelled '{"reason": "changed my mind"}'`, `send order-42 paid 17.5 --key invoice-7`],
  async run(values, [id, channel, message]) {
    const key = values.key as string | undefined;
    const value = message === undefined ? undefined : parseJson(message, 'The message');
    const { run, number } = await withStore(values, async (store) => {
      const found = await findRun(store, id!);
      await checkChannel(store, found, channel!);
      return { run: found, number: await sendMessage(store, found, { channel: channel!, value: toDocument(value, NAMES), key }) };
    });
    if (values.json) printJson({ id: run.id, channel, number, sent: number !== null });
    else if (number === null) print(`A message with the key '${plain(key!)}' was sent to ${plain(channel!)} of ${bold(plain(run.id))} before`);
    else print(`${green('sent')} to ${plain(channel!)} of ${bold(plain(run.id))}`);
    return 0;
  },
};
