/**
 * Workflows by name: those of the newest program of each entry module in the store.
 */
import type { Artifact } from '../engine/artifact.ts';
import { PerdureError } from '../errors.ts';
import type { Store } from '../store/store.ts';

export interface FoundWorkflow {
  /** `module#name`. */
  workflow: string;
  artifact: Artifact;
}

/** By `module#name`, or by the name alone if only one program has it. Throws `unknown_workflow`. */
export async function findWorkflow(store: Store, name: string): Promise<FoundWorkflow> {
  const found: FoundWorkflow[] = [];
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
  if (found.length === 1) {
    const [only] = found as [FoundWorkflow];
    // Another may have become the newest meanwhile, and this one have been pruned.
    return (await store.artifacts.touch(only.artifact.hash)) ? only : findWorkflow(store, name);
  }
  const wrong = (message: string): PerdureError => new PerdureError('unknown_workflow', message);
  if (found.length > 1) throw wrong(`Several programs have a workflow '${name}': ${found.map((f) => f.workflow).join(', ')}. Give the whole name.`);
  const known = all.length > 0 ? `There are: ${all.join(', ')}.` : 'No app has stored a program here yet: run the app once.';
  throw wrong(`There is no workflow '${name}' in the store. ${known}`);
}
