/**
 * `perdure start WORKFLOW --args '[…]'`: starts a run of a program that an app has stored.
 */
import { randomUUID } from 'node:crypto';
import { toDocument } from '../../runtime/codec/border.ts';
import { startRun } from '../../runtime/control.ts';
import type { Artifact } from '../../runtime/engine/artifact.ts';
import { checkRunId } from '../../runtime/engine/run-id.ts';
import type { Store } from '../../runtime/store/store.ts';
import { CliError, NAMES, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { bold, green, plain, print, printJson } from '../terminal.ts';

export const start: Command = {
  name: 'start',
  summary: 'Start a run of a workflow that an app provides',
  args: [{ name: 'WORKFLOW', help: 'its name, or module#name where several programs have it' }],
  options: { ...STORE_OPTION, id: { type: 'string' }, args: { type: 'string' } },
  help: { ...STORE_HELP, id: ['ID', 'The id of the run. Default: a random one'], args: ['JSON', 'The arguments, as a JSON array. Default: none'] },
  examples: [`start fulfil --id order-42 --args '[{"id": "o-42", "total": 12.5}]'`],
  async run(values, [name]) {
    const args = parseJson((values.args as string | undefined) ?? '[]', '--args');
    if (!Array.isArray(args)) throw new CliError("--args takes a JSON array: one element per argument, for example '[{\"id\": 1}]'.");
    const id = (values.id as string | undefined) ?? randomUUID();
    checkRunId(id); // before a store is looked for
    const { workflow, started } = await withStore(values, async (store) => {
      const { workflow: found, artifact } = await findWorkflow(store, name!);
      const run = await startRun(store, { id, workflow: found, program: artifact, args: toDocument(args, NAMES) });
      return { workflow: found, started: run.started };
    });
    if (values.json) printJson({ id, workflow, started });
    else if (started) print(`${green('started')} ${bold(id)} of ${plain(workflow)}`);
    else print(`${bold(id)} of ${plain(workflow)} was started before, with the same arguments`);
    return 0;
  },
};

interface Found {
  workflow: string;
  artifact: Artifact;
}

async function findWorkflow(store: Store, name: string): Promise<Found> {
  const found: Found[] = [];
  const all: string[] = [];
  for (const { content } of await store.artifacts.newest()) {
    const artifact = JSON.parse(content) as Artifact;
    const entry = artifact.modules.find((m) => m.id === artifact.entry);
    for (const exported of entry?.manifest.workflows ?? []) {
      const target = entry!.manifest.exports[exported];
      const workflow = `${artifact.entry}#${target && 'local' in target ? target.local : exported}`;
      all.push(workflow);
      if (workflow === name || exported === name) found.push({ workflow, artifact });
    }
  }
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw new CliError(`Several programs have a workflow '${name}': ${found.map((f) => f.workflow).join(', ')}. Give the whole name.`);
  const known = all.length > 0 ? `There are: ${all.join(', ')}.` : 'No app has stored a program here yet: run the app once.';
  throw new CliError(`There is no workflow '${name}' in the store. ${known}`, 3);
}
