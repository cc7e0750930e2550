/**
 * `perdure resolve RUN EFFECT --retry | --result JSON | --error MESSAGE`: decides about an effect in doubt.
 */
import { toDocument } from '../../runtime/codec/border.ts';
import { errorDocument } from '../../runtime/codec/outcome.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { PerdureError } from '../../runtime/errors.ts';
import type { InboxEntry } from '../../runtime/worker/inbox.ts';
import { writeEntry } from '../../runtime/worker/inbox.ts';
import { CliError, findRun, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command, type Values } from '../command.ts';
import { bold, green, plain, print, printJson } from '../terminal.ts';

const NAMES = { nameOf: () => undefined, symbols: false, reflective: false };

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
    const { run, request } = await withStore(values, async (store) => {
      const found = await findRun(store, id!);
      const { requests } = await inspectRun(store, found);
      const inDoubt = requests.filter((r) => r.inDoubt);
      const meant = inDoubt.filter((r) => String(r.number) === effect!.replace(/^#/, '') || r.name.split('#').at(-1) === effect);
      const known = inDoubt.map((r) => `${r.name.split('#').at(-1)} #${r.number}`).join(', ');
      if (inDoubt.length === 0) throw new PerdureError('not_in_doubt', `No effect of '${found.id}' is in doubt.`);
      if (meant.length !== 1) throw new CliError(`'${effect}' is not one effect in doubt. In doubt: ${known}.`, 3);
      if ((await store.send(found.id, writeEntry(decided(meant[0]!.number)))) === null) {
        throw new PerdureError('run_ended', `The run '${found.id}' has ended.`);
      }
      store.sql.announce();
      return { run: found, request: meant[0]! };
    });
    if (values.json) printJson({ id: run.id, request: request.number });
    else print(`${green('resolved')} ${plain(request.name.split('#').at(-1)!)} #${request.number} of ${bold(plain(run.id))}`);
    return 0;
  },
};

/** What the options say has happened, as an entry of the inbox for a request. */
function decision(values: Values): (request: number) => InboxEntry {
  const given = ['retry', 'result', 'error'].filter((name) => values[name] !== undefined);
  if (given.length !== 1) throw new CliError("Say what has happened: --retry, --result 'JSON' or --error MESSAGE.");
  if (values.retry) return (request) => ({ kind: 'retry', request });
  if (typeof values.result === 'string') {
    const value = toDocument(parseJson(values.result, '--result'), NAMES);
    return (request) => ({ kind: 'result', request, value });
  }
  const error = errorDocument(new Error(String(values.error)), NAMES);
  return (request) => ({ kind: 'failure', request, error });
}
