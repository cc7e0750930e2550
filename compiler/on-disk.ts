/**
 * Compiles modules on disk for those who load them at once: the module hooks.
 */
import { diskHost } from './disk.ts';
import { writeModuleFile } from './5-emit/es-module.ts';
import { compileProgram, printDiagnostic } from './index.ts';

/** A source that does not compile: its message is the diagnostics, as the CLI prints them. */
export class CompileError extends Error {
  override name = 'CompileError';
}

/** The compiled file of one module, self-contained. Throws CompileError. */
export function compileFileOnDisk(file: string): string {
  const compilation = compileProgram(file, diskHost);
  const module = compilation.modules.at(-1);
  if (!module) {
    const printed = compilation.diagnostics.map((d) => printDiagnostic(d, compilation.sources.get(d.file)));
    throw new CompileError(`${file} does not compile.\n\n${printed.join('\n\n') || 'The file cannot be read.'}\n`);
  }
  return writeModuleFile(module, { embed: true });
}
