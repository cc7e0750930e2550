/**
 * Workflow modules from source text, published in this process.
 */
import { join } from 'node:path';
import { compileModules } from './harness.ts';
import { publishAll } from './publish-all.ts';

/** The host view of a module, loosely typed: what a test starts and provides is known by name only. */
export type App = Record<string, any>;

let apps = 0;

/** Compiles a module and publishes it. Other modules it imports stand in `files`. */
export function compileApp(source: string, name = `app${++apps}`, files: Record<string, string> = {}): App {
  const root = '/app';
  const id = `${name}.wf.ts`;
  const text = /from 'perdure'/.test(source) ? source : `import { channel, sleep } from 'perdure';\n${source}`;
  const module = publishAll(compileModules(join(root, id), { ...files, [id]: text }, root));
  return { ...module.exports, $perdure: module };
}
