/**
 * `--onto FILE`: the version of its program that a run shall go on with, compiled from source and stored.
 */
import type { Onto } from '../runtime/control/move.ts';
import type { Store } from '../runtime/store/store.ts';
import { CliError, type Values } from './command.ts';

export const ONTO_OPTION = { onto: { type: 'string' as const } };

export const ONTO_HELP: { onto: [string, string] } = {
  onto: ['FILE', 'Go on with the workflow module as it is now: the corrected one. Default: with the program it has had so far'],
};

/** Compiles the module, if one is named, and stores its program. */
export async function ontoFrom(values: Values, store: Store): Promise<Onto | undefined> {
  if (values.onto === undefined) return undefined;
  const [{ compileAll, findSources, hasErrors, report }, { artifactOf }] = await Promise.all([import('./compile.ts'), import('./outputs.ts')]);
  const files = await findSources([String(values.onto)]);
  if (files.length !== 1) throw new CliError('--onto takes one workflow module.');
  const compiled = compileAll(files);
  if (hasErrors(compiled)) {
    report(compiled);
    throw new CliError(`${String(values.onto)} cannot be compiled.`);
  }
  const entry = [...compiled.modules.values()].find(({ file }) => file === files[0])!;
  const program = artifactOf(entry, compiled.modules);
  await store.artifacts.store(program.hash, program.entry, JSON.stringify(program));
  return { program };
}
