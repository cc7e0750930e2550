/**
 * What each pass makes of a module, readably.
 */
import { printIr } from './ir-print.ts';
import { compileProgram, printDiagnostic, type Compilation, type SourceHost } from './index.ts';
import type { ModuleRecord } from './modules.ts';
import type { Stage } from './stages.ts';

export interface Explanation {
  compilation: Compilation;
  /** Text per stage; only `validate` if there are errors. */
  stages: Partial<Record<Stage, string>>;
}

/** Explains the entry module; what it imports is compiled, too. */
export function explainModule(file: string, host: SourceHost): Explanation {
  const id = host.idOf(file);
  const stages: Explanation['stages'] = {};
  const compilation = compileProgram(file, host, {
    analysed: (record) => {
      if (record.id === id) stages.analyse = printAnalysis(record);
    },
    lowered: (ir) => {
      if (ir.id === id) stages.ir = printIr(ir);
    },
  });
  const printed = compilation.diagnostics.map((d) => printDiagnostic(d, compilation.sources.get(d.file)));
  stages.validate = printed.length > 0 ? `${printed.join('\n\n')}\n` : 'No diagnostics.\n';
  const module = compilation.modules.find((m) => m.id === id);
  if (module) {
    stages.js = `${module.code}\n`;
    stages.manifest = `${JSON.stringify(module.manifest, null, 2)}\n`;
  }
  return { compilation, stages };
}

/** Functions with their kind and what each scope's bindings have become. */
function printAnalysis(record: ModuleRecord): string {
  const { analysis } = record;
  const lines: string[] = [];
  for (const info of analysis.functions.values()) {
    const kind = info.kind === 'module' ? 'module' : info.kind === 'class' ? 'class' : info.suspendable ? 'machine' : 'function';
    lines.push(`${kind} ${info.name || record.id}${info.lifted ? '' : ' (inside its class)'}`);
    const scopes = [...analysis.scopes.values(), ...analysis.paramScopes.values()].filter((s) => s.owner === info);
    for (const scope of scopes.sort((a, b) => a.index - b.index)) {
      if (scope.bindings.size === 0) continue;
      const bindings = [...scope.bindings.values()].map((b) => {
        const where = b.storage === 'env' ? `captured in $e${scope.index}` : b.storage;
        return `${b.kind === 'pseudo' ? '' : `${b.kind} `}${b.name.replace(/^<(.*)>$/, '$1')}: ${where}`;
      });
      lines.push(`  ${scope.kind}  ${bindings.join(', ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
