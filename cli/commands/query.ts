/**
 * `perdure query RUN NAME [ARGS]`: asks a run, and prints the answer. It calls a function of the run's program as the store
 * has it, in this process: who asks trusts the store with that.
 */
import { toDocument } from '../../runtime/codec/border.ts';
import { Queries } from '../../runtime/control/query.ts';
import { showDocument, showStack } from '../../runtime/engine/show-document.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { CliError, findRun, NAMES, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { plain, print, printJson } from '../terminal.ts';

export const query: Command = {
  name: 'query',
  summary: 'Ask a run: call one of its queries, without waking it',
  args: [
    { name: 'RUN', help: 'the id of the run' },
    { name: 'NAME', help: 'the query: its name, or module#name' },
    { name: 'ARGS', help: 'the arguments, as a JSON array. Default: none', optional: true },
  ],
  options: STORE_OPTION,
  help: STORE_HELP,
  examples: ['query order-42 progress', `query order-42 linesOver '[100]' --json`],
  async run(values, [id, name, text]) {
    const args = text === undefined ? [] : parseJson(text, 'The list of arguments');
    if (!Array.isArray(args)) throw new CliError('The arguments are a JSON array, such as \'[100, "EUR"]\'.');
    const answer = await withStore(values, async (store) => {
      const run = await findRun(store, id!);
      // The hash of the program is checked; whose it is, only whoever asks can know.
      const queries = new Queries(store, {
        limitMs: WORKER_DEFAULTS.limits.cycleMs,
        check: () => {},
        print: (_level, line) => void process.stderr.write(`${plain(String(line))}\n`),
      });
      return queries.ask(run, name!, toDocument(args, NAMES));
    });
    if (values.json) printJson(answer);
    else if ('ok' in answer) print(plain(showDocument(answer.ok)));
    else throw new CliError(`The query '${plain(name!)}' threw: ${showStack(answer.error)}`);
    return 'ok' in answer ? 0 : 1;
  },
};
