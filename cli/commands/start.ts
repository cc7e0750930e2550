/**
 * `perdure start WORKFLOW --args '[…]'`: starts a run of a program that an app has stored.
 */
import { createHash, randomUUID } from 'node:crypto';
import { toDocument } from '../../runtime/codec/border.ts';
import { firstHash } from '../../runtime/codec/chain.ts';
import type { Artifact } from '../../runtime/engine/artifact.ts';
import { checkRunId } from '../../runtime/engine/run-id.ts';
import { PerdureError } from '../../runtime/errors.ts';
import type { Store } from '../../runtime/store/store.ts';
import { CliError, findRun, parseJson, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
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
    checkRunId(id);
    const { workflow, started } = await withStore(values, async (store) => {
      const found = await findWorkflow(store, name!);
      return { workflow: found.workflow, started: await startRun(store, found, id, args) };
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
  for (const { content } of await store.artifacts()) {
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

/** Starts it; false if the same run is there. The same rule as `engine.start` has. */
async function startRun(store: Store, { workflow, artifact }: Found, id: string, args: unknown[]): Promise<boolean> {
  const document = toDocument(args, { nameOf: () => undefined, symbols: false, reflective: false });
  const uid = randomUUID();
  const cause = JSON.stringify({ kind: 'start', workflow, args: document });
  const argsHash = createHash('sha256').update(JSON.stringify(document)).digest();
  const hash = firstHash(uid, cause);
  const { entry, hash: artifactHash } = artifact;
  if (await store.start({ uid, id, workflow, entry, artifact: artifactHash, argsHash, hash, cause })) {
    store.sql.announce();
    return true;
  }
  const run = await findRun(store, id);
  if (run.workflow === workflow && run.argsHash === argsHash.toString('hex')) return false;
  const other = run.workflow === workflow ? 'with other arguments' : `of another workflow, ${run.workflow}`;
  throw new PerdureError('run_exists', `The id '${id}' is taken by a run ${other}.`);
}
