/**
 * What `perdure build` writes for a module: the compiled file, its source map, and for a module with workflows the
 * manifest of its program; and where.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { writeModuleFile } from '../compiler/5-emit/es-module.ts';
import type { CompiledModule } from '../compiler/index.ts';
import { makeArtifact, type Artifact } from '../runtime/engine/artifact.ts';
import { CliError } from './command.ts';
import { fixedStart } from './compile.ts';

/** The folder that all patterns begin with: `src` for `src/**\/*.wf.ts` and for `src/a.wf.ts src/b/c.wf.ts`. */
export function commonStart(patterns: string[]): string {
  const [first = [], ...others] = patterns.map((pattern) => resolve(fixedStart(pattern)).split(sep));
  const differs = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return (differs === -1 ? first : first.slice(0, differs)).join(sep) || sep;
}

export interface Output {
  path: string;
  text: string;
}

export function outputsOf(
  module: CompiledModule,
  /** All that are built, by id. */
  all: ReadonlyMap<string, CompiledModule>,
  root: string,
  out: string,
  embed: boolean,
): Output[] {
  const path = pathOf(module, root, out);
  const specifierOf = (id: string): string => {
    const target = relative(dirname(path), pathOf(all.get(id)!, root, out)).split(sep).join('/');
    return target.startsWith('.') ? target : `./${target}`;
  };
  const mapFile = `${basename(path)}.map`;
  const text = writeModuleFile(module, { embed, specifierOf, ...(embed ? {} : { mapFile }) });
  const outputs = [{ path, text }];
  if (!embed) outputs.push({ path: `${path}.map`, text: JSON.stringify(mapBeside(path, module)) });
  if (module.manifest.workflows.length > 0) {
    outputs.push({ path: path.replace(/\.js$/, '.manifest.json'), text: programManifest(module, all) });
  }
  return outputs;
}

/** `dist/order.wf.js`; for a module of a package `dist/npm/just-group-by@4.0.0/index.mjs`. */
function pathOf(module: CompiledModule, root: string, out: string): string {
  if (module.library) return join(out, module.id.replace(/^npm:/, 'npm/').replace(/\.(m?)ts$/, '$&.$1js'));
  const inside = relative(root, module.file);
  if (inside.startsWith('..')) {
    throw new CliError(`${module.id} lies outside ${root}. Give --root a folder that holds all modules.`);
  }
  return join(out, inside.replace(/\.ts$/, '.js'));
}

/** The source map, for debuggers and `--enable-source-maps`: it lies beside the output and leads to the source. */
const mapBeside = (path: string, { map, file }: CompiledModule): object => ({
  ...map,
  file: basename(path),
  sources: [relative(dirname(path), file).split(sep).join('/')],
});

/** The program of an entry module. */
export const artifactOf = (entry: CompiledModule, all: ReadonlyMap<string, CompiledModule>): Artifact =>
  makeArtifact(entry.id, inOrder(entry, all).map(({ id, code, manifest, map }) => ({ id, code, manifest, map })));

/** An entry module and all it reaches, in order of evaluation. */
function inOrder(entry: CompiledModule, all: ReadonlyMap<string, CompiledModule>): CompiledModule[] {
  const ordered: CompiledModule[] = [];
  const visit = (module: CompiledModule | undefined, seen: Set<string>): void => {
    if (!module || seen.has(module.id)) return;
    seen.add(module.id);
    for (const id of module.manifest.imports) visit(all.get(id), seen);
    ordered.push(module);
  };
  visit(entry, new Set());
  return ordered;
}

/** The manifest of a program: its hash, and its modules in order of evaluation. */
function programManifest(entry: CompiledModule, all: ReadonlyMap<string, CompiledModule>): string {
  const ordered = inOrder(entry, all);
  const artifact = makeArtifact(entry.id, ordered);
  return `${JSON.stringify({ entry: entry.id, hash: artifact.hash, modules: ordered.map(({ hash, manifest }) => ({ hash, ...manifest })) }, null, 2)}\n`;
}

/** Writes beside the targets first, then moves all into place. */
export function writeAll(outputs: Output[]): void {
  const temporary = (path: string): string => `${path}.${process.pid}.tmp`;
  try {
    for (const { path, text } of outputs) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(temporary(path), text);
    }
  } catch (error) {
    for (const { path } of outputs) rmSync(temporary(path), { force: true });
    throw error;
  }
  for (const { path } of outputs) renameSync(temporary(path), path);
}
