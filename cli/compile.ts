/**
 * What `build` and `check` share: finding sources, compiling them, printing diagnostics. They import it when they
 * run: the commands that look at runs need no compiler.
 */
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { diskHost } from '../compiler/disk.ts';
import { compileProgram, printDiagnostic, type CompiledModule, type Diagnostic } from '../compiler/index.ts';
import { CliError } from './command.ts';
import { columns, count, isColorful, plainFrame, print, red, yellow } from './terminal.ts';

/** The workflow modules that patterns name, as absolute paths. */
export async function findSources(patterns: string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    const found = (await glob(pattern, { absolute: true, ignore: ['**/node_modules/**'] })).filter((file) => file.endsWith('.wf.ts'));
    if (found.length === 0) throw new CliError(`No workflow module (*.wf.ts) matches ${pattern}.`);
    for (const file of found) files.add(resolve(file));
  }
  return [...files].sort();
}

export interface Compiled {
  /** Every module once, by id. */
  modules: Map<string, CompiledModule>;
  diagnostics: Diagnostic[];
  sources: Map<string, string>;
}

/** Compiles all of them, each with what it imports. */
export function compileAll(files: string[]): Compiled {
  const modules = new Map<string, CompiledModule>();
  const diagnostics = new Map<string, Diagnostic>();
  const sources = new Map<string, string>();
  const host = diskHost();
  for (const file of files) {
    const compilation = compileProgram(file, host);
    for (const module of compilation.modules) modules.set(module.id, module);
    for (const d of compilation.diagnostics) diagnostics.set(`${d.file}:${d.line}:${d.column}:${d.code}`, d);
    for (const [id, source] of compilation.sources) sources.set(id, source);
  }
  return { modules, diagnostics: [...diagnostics.values()], sources };
}

export const hasErrors = ({ diagnostics }: Pick<Compiled, 'diagnostics'>): boolean => diagnostics.some((d) => d.severity !== 'hazard');

/** Sentences are easier to read when they are not as long as a wide screen. A pipe takes them whole. */
const WIDTH_MAX = 100;

/** Prints diagnostics and their number. */
export function report({ diagnostics, sources }: Pick<Compiled, 'diagnostics' | 'sources'>): void {
  for (const d of diagnostics) {
    const source = sources.get(d.file);
    print(`${printDiagnostic(d, source === undefined ? undefined : plainFrame(source), { color: isColorful(), width: process.stdout.isTTY ? Math.min(columns(), WIDTH_MAX) : columns() })}\n`);
  }
  const errors = diagnostics.filter((d) => d.severity !== 'hazard').length;
  const warnings = diagnostics.length - errors;
  const parts = [...(errors ? [red(count(errors, 'error'))] : []), ...(warnings ? [yellow(count(warnings, 'warning'))] : [])];
  if (parts.length) print(parts.join(', '));
}
