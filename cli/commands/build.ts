/**
 * `perdure build 'src/**\/*.wf.ts' --out dist`: compiled modules, source maps, manifests. All or nothing.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { writeModuleFile } from '../../compiler/5-emit/es-module.ts';
import type { CompiledModule } from '../../compiler/index.ts';
import { makeArtifact } from '../../runtime/engine/artifact.ts';
import { compileAll, count, findSources, report } from '../compile.ts';
import { CliError, type Command } from '../command.ts';
import { green, print } from '../terminal.ts';

export const build: Command = {
  name: 'build',
  summary: 'Compile workflow modules',
  usage: "'src/**/*.wf.ts' --out dist",
  options: {
    out: { type: 'string', short: 'o' },
    root: { type: 'string' },
    embed: { type: 'boolean' },
  },
  help: {
    out: 'The folder to write to',
    root: 'The folder whose structure is kept below it. Default: the fixed start of the pattern',
    embed: 'Keep code and source map as text, so that bundlers cannot change them',
  },
  async run(values, patterns) {
    const out = values.out as string | undefined;
    if (!out) throw new CliError('Where to? Give --out DIR.');
    const files = await findSources(patterns);
    const compiled = compileAll(files);
    if (report(compiled)) return 1;
    const root = resolve((values.root as string | undefined) ?? fixedStart(patterns[0]!));
    const outputs = [...compiled.modules.values()].flatMap((module) => filesOf(module, compiled.modules, root, resolve(out), values.embed === true));
    writeAll(outputs);
    print(`${green('compiled')} ${count(compiled.modules.size, 'module')} into ${out}`);
    return 0;
  },
};

/** `src` for `src/**\/*.wf.ts`; the folder of a plain file. */
function fixedStart(pattern: string): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?{[(!]/.test(part));
  return parts.slice(0, wild === -1 ? -1 : wild).join('/') || '.';
}

interface Output {
  path: string;
  text: string;
}

function filesOf(
  module: CompiledModule,
  all: Map<string, CompiledModule>,
  root: string,
  out: string,
  embed: boolean,
): Output[] {
  const inside = relative(root, module.file);
  if (inside.startsWith('..')) {
    throw new CliError(`${module.id} is imported, but lies outside ${root}. Give --root a folder that holds both.`);
  }
  const path = join(out, inside.replace(/\.ts$/, '.js'));
  const mapFile = `${basename(path)}.map`;
  const specifiers = module.specifiers.map((specifier) => specifier.replace(/\.ts$/, '.js'));
  const text = writeModuleFile({ ...module, specifiers }, embed ? { embed } : { embed, mapFile });
  const outputs = [{ path, text }];
  if (!embed) outputs.push({ path: `${path}.map`, text: JSON.stringify({ ...module.map, file: basename(path) }) });
  if (module.manifest.workflows.length > 0) {
    outputs.push({ path: path.replace(/\.js$/, '.manifest.json'), text: programManifest(module, all) });
  }
  return outputs;
}

/** The manifest of a program: its hash, and its modules in order of evaluation. */
function programManifest(entry: CompiledModule, all: Map<string, CompiledModule>): string {
  const byId = new Map([...all.values()].map((module) => [module.id, module]));
  const ordered: CompiledModule[] = [];
  const visit = (module: CompiledModule | undefined, seen: Set<string>): void => {
    if (!module || seen.has(module.id)) return;
    seen.add(module.id);
    for (const id of module.manifest.imports) visit(byId.get(id), seen);
    ordered.push(module);
  };
  visit(entry, new Set());
  const artifact = makeArtifact(entry.id, ordered);
  return `${JSON.stringify({ entry: entry.id, hash: artifact.hash, modules: ordered.map(({ hash, manifest }) => ({ hash, ...manifest })) }, null, 2)}\n`;
}

/** Writes beside the targets first, then moves all into place. */
function writeAll(outputs: Output[]): void {
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
