/**
 * What `build` and `check` share: finding sources, compiling them, printing diagnostics. They import it when they
 * run: the commands that look at runs need no compiler.
 */
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { diskHost } from '../compiler/disk.ts';
import { compilePrograms, printDiagnostic, type CompiledModule, type Diagnostic } from '../compiler/index.ts';
import { CliError } from './command.ts';
import { columns, count, green, isColorful, plainFrame, print, red, yellow } from './terminal.ts';

export const isGlob = (pattern: string): boolean => /[*?{[(!]/.test(pattern);

/** The folder that a pattern begins with: `src` for `src/**\/*.wf.ts` and for `src/a.wf.ts`. */
export function fixedStart(pattern: string): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex(isGlob);
  const fixed = parts.slice(0, wild === -1 ? -1 : wild).join('/');
  return fixed === '' && pattern.startsWith('/') ? '/' : fixed || '.';
}

/** The workflow modules that patterns name, as absolute paths. `none` says that a pattern may match none. */
export async function findSources(patterns: string[], { none = false } = {}): Promise<string[]> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    const found = (await glob(pattern, { absolute: true, ignore: ['**/node_modules/**'] })).filter((file) => file.endsWith('.wf.ts'));
    if (found.length === 0 && !none) throw new CliError(`No workflow module (*.wf.ts) matches ${pattern}.`);
    for (const file of found) files.add(resolve(file));
  }
  return [...files].sort();
}

export interface Compiled {
  /** Every compiled module once, by id; none if there are errors. */
  modules: Map<string, CompiledModule>;
  diagnostics: Diagnostic[];
  /** The text of every module that was looked at, by id. */
  sources: Map<string, string>;
}

/** Compiles all of them with what they import, every module once. */
export function compileAll(files: string[]): Compiled {
  const { modules, diagnostics, sources } = compilePrograms(files, diskHost());
  return { modules: new Map(modules.map((module) => [module.id, module])), diagnostics, sources };
}

export const hasErrors = ({ diagnostics }: Pick<Compiled, 'diagnostics'>): boolean => diagnostics.some((d) => d.severity !== 'hazard');

/** What `check --json` says of them. */
export const summaryOf = (compiled: Compiled): object => ({
  ok: !hasErrors(compiled),
  modules: [...compiled.sources.keys()].sort(),
  diagnostics: compiled.diagnostics,
});

/** What `check` prints. */
export function reportCheck(compiled: Compiled): void {
  report(compiled);
  if (!hasErrors(compiled)) print(`${green('fine')} ${count(compiled.sources.size, 'module')}`);
}

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
