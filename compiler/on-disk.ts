/**
 * Compiles modules on disk for those who load them at once: the module hooks.
 */
import { dirname, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { diskHost } from './disk.ts';
import { writeModuleFile } from './5-emit/es-module.ts';
import { providedModule } from './provided.ts';
import { compileProgram, printDiagnostic, type CompiledModule } from './index.ts';

/** A source that does not compile: its message is the diagnostics, as the CLI prints them. */
export class CompileError extends Error {
  override name = 'CompileError';
}

/** The query by which compiled modules import those of packages: the app may import the same file as it is. */
export const LIBRARY_QUERY = '?perdure';

/** What was compiled, by file: an entry is compiled with all it imports, and they are asked for one by one. */
const compiled = new Map<string, { source: string; text: string }>();

/** The compiled file of one module, self-contained. Throws CompileError. */
export function compileFileOnDisk(file: string): string {
  const host = diskHost();
  const known = compiled.get(file);
  if (known !== undefined && known.source === (providedModule(file)?.source ?? host.read(file))) return known.text;
  const compilation = compileProgram(file, host);
  const byId = new Map(compilation.modules.map((module) => [module.id, module]));
  for (const module of compilation.modules) {
    const specifierOf = (id: string): string => specifier(module, byId.get(id)!);
    compiled.set(module.file, { source: module.source, text: writeModuleFile(module, { embed: true, specifierOf }) });
  }
  const entry = compilation.modules.at(-1);
  if (entry) return compiled.get(entry.file)!.text;
  const printed = compilation.diagnostics.map((d) => printDiagnostic(d, compilation.sources.get(d.file)));
  throw new CompileError(`${file} does not compile.\n\n${printed.join('\n\n') || 'The file cannot be read.'}\n`);
}

function specifier(from: CompiledModule, to: CompiledModule): string {
  if (to.library) return `${pathToFileURL(to.file).href}${LIBRARY_QUERY}`;
  const path = relative(dirname(from.file), to.file).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
