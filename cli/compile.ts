/**
 * What `build`, `check` and `explain` share: finding sources, compiling them, printing diagnostics.
 */
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { diskHost } from '../compiler/disk.ts';
import { compileProgram, printDiagnostic, type CompiledModule, type Diagnostic } from '../compiler/index.ts';
import { CliError } from './command.ts';
import { isColorful, print, red, yellow } from './terminal.ts';

/** The workflow modules that patterns name, as absolute paths. */
export async function findSources(patterns: string[]): Promise<string[]> {
  if (patterns.length === 0) throw new CliError("Which files? For example: perdure build 'src/**/*.wf.ts' --out dist");
  const found = await glob(patterns, { absolute: true, ignore: ['**/node_modules/**'] });
  const files = found.filter((file) => file.endsWith('.wf.ts')).sort();
  if (files.length === 0) throw new CliError(`No workflow module (*.wf.ts) matches ${patterns.join(' ')}.`);
  return files.map((file) => resolve(file));
}

export interface Compiled {
  /** Every module once, by file. */
  modules: Map<string, CompiledModule>;
  diagnostics: Diagnostic[];
  sources: Map<string, string>;
}

/** Compiles all of them, each with what it imports. */
export function compileAll(files: string[]): Compiled {
  const modules = new Map<string, CompiledModule>();
  const diagnostics = new Map<string, Diagnostic>();
  const sources = new Map<string, string>();
  for (const file of files) {
    const compilation = compileProgram(file, diskHost);
    for (const module of compilation.modules) modules.set(module.file, module);
    for (const d of compilation.diagnostics) diagnostics.set(`${d.file}:${d.line}:${d.column}:${d.code}`, d);
    for (const [id, source] of compilation.sources) sources.set(id, source);
  }
  return { modules, diagnostics: [...diagnostics.values()], sources };
}

/** Prints diagnostics and their number. Returns whether there are errors. */
export function report({ diagnostics, sources }: Pick<Compiled, 'diagnostics' | 'sources'>): boolean {
  for (const d of diagnostics) print(`${printDiagnostic(d, sources.get(d.file), isColorful())}\n`);
  const errors = diagnostics.filter((d) => d.severity !== 'hazard').length;
  const warnings = diagnostics.length - errors;
  const parts = [...(errors ? [red(count(errors, 'error'))] : []), ...(warnings ? [yellow(count(warnings, 'warning'))] : [])];
  if (parts.length) print(parts.join(', '));
  return errors > 0;
}

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
