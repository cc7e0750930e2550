/**
 * Pass 3: facts about the module that lowering needs, as plain data beside the tree. Scopes were found when the
 * module was read; here follow what depends on the whole program.
 */
import { isStaticDeclaration } from '../2-validate/rules/declarations.ts';
import type { ModuleGraph, ModuleRecord } from '../modules.ts';
import { nameFunctions } from './sites.ts';
import { assignStorage } from './storage.ts';

export function analyseModule(record: ModuleRecord, graph: ModuleGraph): void {
  const { analysis, parsed } = record;
  nameFunctions(parsed.program, record.id, analysis);
  assignStorage({
    program: parsed.program,
    analysis,
    cyclic: record.cyclic,
    isDeclaration: (node) => isStaticDeclaration(record, node),
    importsShared: (binding) => {
      const entry = record.imports.get(binding);
      const target = entry && graph.target(record, entry);
      const module = target && graph.modules.get(target.module);
      const declared = module?.analysis.module.scope.bindings.get(target!.local ?? '');
      return !record.cyclic && declared?.storage === 'shared' && declared.kind !== 'function';
    },
  });
}
