/**
 * Compiles modules on disk for those who load them at once: the module hooks.
 */
import { dirname, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { diskHost } from './disk.ts';
import { writeModuleFile } from './5-emit/es-module.ts';
import { compileProgram, printDiagnostic, type CompiledModule } from './index.ts';

/** A source that does not compile: its message is the diagnostics, as the CLI prints them. */
export class CompileError extends Error {
  override name = 'CompileError';
}

/** The query by which compiled modules import those of packages: the app may import the same file as it is. */
export const LIBRARY_QUERY = '?perdure';

/** Modules of packages do not change while an app runs, and belong to many programs. */
const libraries = new Map<string, string>();

/** The compiled file of one module, self-contained. Throws CompileError. */
export function compileFileOnDisk(file: string): string {
  const known = libraries.get(file);
  if (known !== undefined) return known;
  const compilation = compileProgram(file, diskHost());
  const module = compilation.modules.at(-1);
  if (!module) {
    const printed = compilation.diagnostics.map((d) => printDiagnostic(d, compilation.sources.get(d.file)));
    throw new CompileError(`${file} does not compile.\n\n${printed.join('\n\n') || 'The file cannot be read.'}\n`);
  }
  const byId = new Map(compilation.modules.map((m) => [m.id, m]));
  const write = (from: CompiledModule): string =>
    writeModuleFile(from, { embed: true, specifierOf: (id) => specifier(from, byId.get(id)!) });
  for (const m of compilation.modules) if (m.library && !libraries.has(m.file)) libraries.set(m.file, write(m));
  return libraries.get(module.file) ?? write(module);
}

function specifier(from: CompiledModule, to: CompiledModule): string {
  if (to.library) return `${pathToFileURL(to.file).href}${LIBRARY_QUERY}`;
  const path = relative(dirname(from.file), to.file).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
