/**
 * Real packages in workflows: each program of test/libraries compiled with the packages it names, and run in plain Node,
 * left alone, and with its state stored and restored at every wait. Installs them into a folder of their own.
 *
 *     npm run libraries -- [--dir DIR] [NAME…]
 *
 * Prints the figures of the tables in docs/libraries.md.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { diskHost } from '../compiler/disk.ts';
import { compileProgram, type Compilation } from '../compiler/index.ts';
import { makeArtifact, type Artifact } from '../runtime/engine/artifact.ts';
import { writeDocument } from '../runtime/codec/format.ts';
import { evaluate, image } from '../runtime/engine/cycle.ts';
import { Program } from '../runtime/engine/program.ts';
import { Run } from '../runtime/engine/run.ts';
import { runCompiled, type Mode } from '../test/support/harness.ts';
import { runOracle } from '../test/support/oracle.ts';

const PROGRAMS = fileURLToPath(new URL('../test/libraries/', import.meta.url));
const MODES: Mode[] = ['plain', 'kept', 'every', 'delta'];

interface Library {
  file: string;
  /** What the packages are for. */
  kind: string;
  /** `big.js@7.0.1`. */
  packages: string[];
}

const { values, positionals } = parseArgs({
  options: { dir: { type: 'string', default: join(tmpdir(), 'perdure-libraries') } },
  allowPositionals: true,
});

const libraries = readdirSync(PROGRAMS)
  .filter((name) => name.endsWith('.wf.ts'))
  .filter((name) => positionals.length === 0 || positionals.includes(name.replace('.wf.ts', '')))
  .map((name): Library => {
    const [, kind = '', packages = ''] = /^\/\/ ([^:]+): (.+)$/m.exec(readFileSync(join(PROGRAMS, name), 'utf8')) ?? [];
    return { file: name, kind, packages: packages.split(' ') };
  });

const nameOf = (spec: string): string => spec.slice(0, spec.lastIndexOf('@'));

/** Installs the packages and lays the programs beside them. */
function install(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const specs = libraries.flatMap(({ packages }) => packages);
  const dependencies = Object.fromEntries(specs.map((spec) => [nameOf(spec), spec.slice(spec.lastIndexOf('@') + 1)]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  writeFileSync(join(folder, 'perdure.config.json'), JSON.stringify({ bundle: Object.keys(dependencies) }));
  for (const { file } of libraries) copyFileSync(join(PROGRAMS, file), join(folder, file));
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error('npm install failed');
}

/** What to say of a program that does not compile: the packages and codes. */
const refusal = ({ diagnostics }: Compilation): string =>
  diagnostics
    .filter(({ code }) => code.startsWith('package_') || code.startsWith('import_'))
    .map(({ code, message }) => (code === 'package_outside' ? message.replace(' is not within the dialect', '') : code))
    .join('; ');

async function judge({ file }: Library, folder: string): Promise<string> {
  const path = join(folder, file);
  const compilation = compileProgram(path, diskHost());
  if (!compilation.ok) return `refused: ${refusal(compilation)}`;
  const { modules } = compilation;
  const artifact = makeArtifact(modules.at(-1)!.id, modules);
  const oracle = await runOracle(path);
  // Some packages are made for bundlers, and plain Node cannot load them.
  const isLoadable = !oracle.at(-1)!.startsWith('threw Error: Cannot find module');
  const expected = isLoadable ? oracle : runCompiled(artifact, { mode: 'plain' });
  for (const mode of MODES) {
    const lines = runIn(mode, artifact);
    if (lines.join('\n') !== expected.join('\n')) return `WRONG in ${mode}: ${lines.join(' ⏎ ')}, expected ${expected.join(' ⏎ ')}`;
  }
  const size = modules.reduce((sum, { code }) => sum + code.length, 0);
  return `works: ${modules.length - 1} modules of ${kB(size)}, a run begins with ${kB(firstImage(artifact))}${isLoadable ? '' : ' (plain Node cannot load it)'}`;
}

const kB = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;

/** The size of a run's state at its first wait: what its packages keep is in it. */
function firstImage(artifact: Artifact): number {
  const run = Run.fresh(Program.of(artifact));
  evaluate(run, [{ kind: 'start', workflow: `${artifact.entry}#main`, args: [] }], { now: () => 0, latest: () => 0 });
  return writeDocument(image(run)).length;
}

function runIn(mode: Mode, artifact: Artifact): string[] {
  try {
    return runCompiled(artifact, { mode });
  } catch (error) {
    return [String(error)];
  }
}

mkdirSync(values.dir, { recursive: true });
const folder = realpathSync(values.dir);
install(folder);
for (const library of libraries) {
  console.log(`| ${library.packages.join(', ')} | ${library.kind} | ${await judge(library, folder)} | ${basename(library.file, '.wf.ts')}`);
}
