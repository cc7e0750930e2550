/**
 * `perdure resolve RUN EFFECT --retry | --result JSON | --error MESSAGE`: decides about an effect in doubt.
 */
import { decide, type Decision } from '../../runtime/control.ts';
import { completionOf, findRun, STORE_HELP, STORE_OPTION, withStore, type Command, type Values } from '../command.ts';
import { bold, green, plain, print, printJson } from '../terminal.ts';

export const resolve: Command = {
  name: 'resolve',
  summary: 'Decide what becomes of an effect in doubt',
  args: [
    { name: 'RUN', help: 'the id of the run' },
    { name: 'EFFECT', help: 'its number or its name, as `perdure show RUN` has it' },
  ],
  options: { ...STORE_OPTION, retry: { type: 'boolean' }, result: { type: 'string' }, error: { type: 'string' } },
  help: {
    ...STORE_HELP,
    retry: 'It has not happened: attempt it again',
    result: ['JSON', 'It has happened, and this came of it'],
    error: ['MESSAGE', 'It has failed: throw an error with this message at its await'],
  },
  examples: ['resolve order-42 charge --retry', `resolve order-42 charge --result '{"receipt": 7}'`, "resolve order-42 charge --error 'card refused'"],
  async run(values, [id, effect]) {
    const decided = decision(values);
    const { run, number, name } = await withStore(values, async (store) => {
      const found = await findRun(store, id!);
      return { run: found, ...(await decide(store, found, effect!, decided)) };
    });
    if (values.json) printJson({ id: run.id, request: number });
    else print(`${green('resolved')} ${plain(name)} #${number} of ${bold(plain(run.id))}`);
    return 0;
  },
};

/** What the options say has happened. */
function decision(values: Values): Decision {
  if (values.retry && values.result === undefined && values.error === undefined) return { retry: true };
  return completionOf(values, ['retry', 'result', 'error'], "Say what has happened: --retry, --result 'JSON' or --error MESSAGE.");
}
