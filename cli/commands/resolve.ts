/**
 * `perdure resolve RUN EFFECT --retry | --result JSON | --error MESSAGE`: decides about an effect in doubt.
 */
import { toDocument } from '../../runtime/codec/border.ts';
import { errorDocument } from '../../runtime/codec/outcome.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import type { InboxEntry } from '../../runtime/worker/inbox.ts';
import { writeEntry } from '../../runtime/worker/inbox.ts';
import { CliError, findRun, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command, type Values } from '../command.ts';
import { bold, green, print, printJson } from '../terminal.ts';

const NAMES = { nameOf: () => undefined, symbols: false, reflective: false };

export const resolve: Command = {
  name: 'resolve',
  summary: 'Decide what becomes of an effect in doubt',
  usage: "RUN EFFECT --retry | --result 'JSON' | --error MESSAGE",
  options: { ...STORE_OPTION, retry: { type: 'boolean' }, result: { type: 'string' }, error: { type: 'string' } },
  help: {
    ...STORE_HELP,
    retry: 'It has not happened: attempt it again',
    result: 'It has happened, and this came of it',
    error: 'It has failed: throw this at its await',
  },
  async run(values, [id, effect]) {
    if (!effect) throw new CliError('Which effect? Its number or name, as `perdure show RUN` has it.');
    const { run, request } = await withStore(values, async (store) => {
      const found = await findRun(store, id);
      const { requests } = await inspectRun(store, found);
      const inDoubt = requests.filter((r) => r.inDoubt);
      const meant = inDoubt.filter((r) => String(r.number) === effect.replace(/^#/, '') || r.name.split('#').at(-1) === effect);
      const known = inDoubt.map((r) => `${r.name.split('#').at(-1)} #${r.number}`).join(', ');
      if (inDoubt.length === 0) throw new CliError(`No effect of '${found.id}' is in doubt.`, 4);
      if (meant.length !== 1) throw new CliError(`'${effect}' is not one effect in doubt. In doubt: ${known}.`, 3);
      const entry = decision(values, meant[0]!.number);
      if ((await store.send(found.id, writeEntry(entry))) === null) throw new CliError(`The run '${found.id}' has ended.`, 4);
      store.sql.announce();
      return { run: found, request: meant[0]! };
    });
    if (values.json) printJson({ id: run.id, request: request.number });
    else print(`${green('resolved')} ${request.name.split('#').at(-1)} #${request.number} of ${bold(run.id)}`);
    return 0;
  },
};

function decision(values: Values, request: number): InboxEntry {
  const given = ['retry', 'result', 'error'].filter((name) => values[name] !== undefined);
  if (given.length !== 1) throw new CliError("Say what has happened: --retry, --result 'JSON' or --error MESSAGE.");
  if (values.retry) return { kind: 'retry', request };
  if (typeof values.result === 'string') return { kind: 'result', request, value: toDocument(parseJson(values.result, '--result'), NAMES) };
  return { kind: 'failure', request, error: errorDocument(new Error(String(values.error)), NAMES) };
}
