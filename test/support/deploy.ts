/**
 * An app as one is deployed: workflow modules compiled into a folder that has the package in its node_modules.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface Deployment {
  /** The URL of the first module, compiled. */
  module: string;
  remove(): void;
}

const TESTS = join(ROOT, 'test');

/** `sources` are named from the folder of the tests, and lie to each other as there. `edit` makes a version of its own of the first. */
export function deploy(sources: string[], edit: (text: string) => string = (text) => text): Deployment {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-deployed-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/perdure'));
  writeFileSync(join(folder, 'package.json'), '{"name": "load", "type": "module"}');
  for (const source of sources) cpSync(join(TESTS, source), join(folder, 'src', source));
  const first = join(folder, 'src', sources[0]!);
  writeFileSync(first, edit(readFileSync(first, 'utf8')));
  const build = spawnSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'build', 'src/**/*.wf.ts', '--out', 'dist'], { cwd: folder, encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`the load does not build:\n${build.stdout}${build.stderr}`);
  return {
    module: pathToFileURL(join(folder, 'dist', sources[0]!.replace(/\.ts$/, '.js'))).href,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
