/**
 * `perdure start WORKFLOW --args '[…]'`: starts a run of a program that an app has stored.
 */
import { toDocument } from '../../runtime/codec/border.ts';
import { admissionOf, onConflictOf, type AnyOptions } from '../../runtime/client/start-options.ts';
import { startRun, type OnConflict } from '../../runtime/control/start.ts';
import { findWorkflow } from '../../runtime/control/workflows.ts';
import { checkRunId } from '../../runtime/engine/run-id.ts';
import { CliError, duration, moment, NAMES, parseJson, parseTags, STORE_HELP, STORE_OPTION, wholeNumber, withStore, type Command, type Values } from '../command.ts';
import { bold, green, plain, print, printJson } from '../terminal.ts';

export const start: Command = {
  name: 'start',
  summary: 'Start a run of a workflow that an app provides',
  args: [{ name: 'WORKFLOW', help: 'its name, or module#name where several programs have it' }],
  options: {
    ...STORE_OPTION,
    id: { type: 'string' },
    args: { type: 'string' },
    'on-conflict': { type: 'string' },
    at: { type: 'string' },
    after: { type: 'string' },
    deadline: { type: 'string' },
    priority: { type: 'string' },
    tag: { type: 'string', multiple: true },
    concurrency: { type: 'string' },
  },
  help: {
    ...STORE_HELP,
    id: ['ID', 'The id of the run. Default: a UUID'],
    args: ['JSON', 'The arguments, as a JSON array. Default: none'],
    'on-conflict': ['WHAT', 'If the id is taken: return (the run that is there), fail, or replace-finished. Default: return'],
    at: ['TIME', 'Not before this moment: 2030-01-31T08:00:00Z'],
    after: ['DURATION', "Not before so much time has passed: '2 hours'"],
    deadline: ['WHEN', "It is cancelled then: a moment, or so much time after it was to begin: '1 hour'"],
    priority: ['N', 'Of the runs that are due, those with more go first. Default: 0'],
    tag: ['NAME=VALUE', 'What the run is called beside its id; may be given several times'],
    concurrency: ['KEY[=N]', 'Of the runs with this key, N go on at a time. Default: 1'],
  },
  examples: [`start fulfil --id order-42 --args '[{"id": "o-42", "total": 12.5}]'`, `start report --after '1 hour' --tag customer=42 --concurrency customer-42`],
  async run(values, [name]) {
    const args = parseJson((values.args as string | undefined) ?? '[]', '--args');
    if (!Array.isArray(args)) throw new CliError("--args takes a JSON array: one element per argument, for example '[{\"id\": 1}]'.");
    const chosen = values.id as string | undefined;
    if (chosen !== undefined) checkRunId(chosen); // before a store is looked for
    const admission = admissionOf(optionsOf(values));
    const onConflict = onConflictOf({ onConflict: values['on-conflict'] as OnConflict | undefined });
    const { id, workflow, started } = await withStore(values, async (store) => {
      const { workflow: found, artifact } = await findWorkflow(store, name!);
      const run = await startRun(store, { workflow: found, program: artifact }, { ...(chosen === undefined ? {} : { id: chosen }), args: toDocument(args, NAMES), ...admission }, { onConflict });
      return { ...run, workflow: found };
    });
    if (values.json) printJson({ id, workflow, started });
    else if (started) print(`${green('started')} ${bold(id)} of ${plain(workflow)}`);
    else print(`${bold(id)} of ${plain(workflow)} was started before, with the same arguments`);
    return 0;
  },
};

/** The options as an app would give them, which checks them. */
function optionsOf(values: Values): AnyOptions {
  const { at, after, deadline } = values as Record<string, string | undefined>;
  const priority = values.priority === undefined ? undefined : wholeNumber(values.priority, '--priority', Number.MIN_SAFE_INTEGER);
  const tags = parseTags(values.tag);
  const [key, limit] = splitAtLast((values.concurrency as string | undefined) ?? '');
  return {
    ...(at === undefined ? {} : { at: moment(at, '--at') }),
    ...(after === undefined ? {} : { after: duration(after, '--after')! }),
    ...(deadline === undefined ? {} : { deadline: /^\d{4}-/.test(deadline) ? moment(deadline, '--deadline') : duration(deadline, '--deadline')! }),
    ...(priority === undefined ? {} : { priority }),
    tags,
    ...(values.concurrency === undefined ? {} : { concurrency: limit === undefined ? { key } : { key, limit: Number(limit) } }),
  };
}

/** `customer-42=3` as its key and its number, `customer-42` as a key. */
function splitAtLast(text: string): [string, string?] {
  const match = /^(.*)=(\d+)$/s.exec(text);
  return match ? [match[1]!, match[2]!] : [text];
}
