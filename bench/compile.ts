/**
 * Compiles a workflow of the benchmarks.
 */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { compileProgram, printDiagnostic, type CompiledModule } from '../compiler/index.ts';
import { makeArtifact, type Artifact } from '../runtime/engine/artifact.ts';

/** A file of `bench/`, from the repository's root. */
export const sourceFile = (name: string): string => resolve('bench', `${name}.wf.ts`);

/** The modules of a program; `text`, if given, stands in the place of the file's. */
export function compileModules(file: string, text = readFileSync(file, 'utf8')): CompiledModule[] {
  const compilation = compileProgram(file, {
    read: (asked) => (asked === file ? text : undefined),
    idOf: (asked) => basename(asked),
    resolve: (specifier) => specifier,
  });
  if (compilation.ok) return compilation.modules;
  throw new Error(compilation.diagnostics.map((d) => printDiagnostic(d, compilation.sources.get(d.file))).join('\n\n'));
}

export function compileFile(file: string, text?: string): Artifact {
  const modules = compileModules(file, text);
  return makeArtifact(modules.at(-1)!.id, modules.map(({ id, code, manifest, map }) => ({ id, code, manifest, map })));
}
