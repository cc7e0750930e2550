/**
 * `perdure ask RUN CHANNEL MESSAGE`: a message whose answer is waited for.
 */
import { toDocument } from '../../runtime/codec/border.ts';
import { askRun } from '../../runtime/control/ask.ts';
import { showDocument, showStack } from '../../runtime/engine/show-document.ts';
import { PerdureError } from '../../runtime/errors.ts';
import { host } from '../../runtime/host.ts';
import { checkChannel } from '../channels.ts';
import { CliError, duration, findRun, NAMES, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { plain, print, printJson } from '../terminal.ts';

export const ask: Command = {
  name: 'ask',
  summary: 'Send a message to a run, and wait for its answer',
  args: [
    { name: 'RUN', help: 'the id of the run' },
    { name: 'CHANNEL', help: 'the name of the channel of questions' },
    { name: 'MESSAGE', help: 'the message, as JSON. Default: undefined', optional: true },
  ],
  options: { ...STORE_OPTION, key: { type: 'string' }, timeout: { type: 'string' } },
  help: {
    ...STORE_HELP,
    key: ['KEY', 'Ask it once: who asks again with this key gets the same answer'],
    timeout: ['DURATION', "How long to wait: '30 seconds'. Default: until the run ends"],
  },
  examples: [`ask order-42 questions '{"about": "price"}' --timeout '10 seconds'`],
  async run(values, [id, channel, message]) {
    const timeoutMs = duration(values.timeout, '--timeout') ?? null;
    const value = toDocument(message === undefined ? undefined : parseJson(message, 'The message'), NAMES);
    const question = { channel: channel!, value, key: values.key === undefined ? host.uuid() : String(values.key) };
    const answer = await withStore(values, async (store) => {
      const run = await findRun(store, id!);
      await checkChannel(store, run, channel!);
      return askRun(store, run, question, {
        timeoutMs,
        asked: () => {},
        news: (_uid, afterMs) => new Promise((resolve) => void host.after(afterMs, resolve)),
        parked: () => {
          throw new PerdureError('run_parked', `The run '${run.id}' is parked. \`perdure show ${run.id}\` says why.`);
        },
      });
    });
    if (values.json) printJson(answer);
    else if ('ok' in answer) print(plain(showDocument(answer.ok)));
    else throw new CliError(`The run refuses to answer: ${showStack(answer.error)}`);
    return 'ok' in answer ? 0 : 1;
  },
};
