/**
 * Module hooks that compile `.wf.ts` on the fly, and the modules of packages that those import. The same functions serve `module.register` (Node 20, in a thread of
 * its own) and `module.registerHooks`.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFileOnDisk, LIBRARY_QUERY } from '../compiler/on-disk.ts';

interface Resolved {
  url: string;
  format?: string | null | undefined;
  shortCircuit?: boolean | undefined;
}

interface Loaded {
  format: string;
  source: string;
  shortCircuit: boolean;
}

/** `./order.wf.js` is `./order.wf.ts` where only that exists, as TypeScript has it. */
export function resolveWorkflow(specifier: string, parentURL: string | undefined): Resolved | null {
  if (isLibrary(specifier)) return { url: specifier, format: 'module', shortCircuit: true };
  if (!/\.wf\.[jt]s$/.test(specifier) || !/^(\.|\/|file:)/.test(specifier)) return null;
  const url = new URL(specifier, parentURL ?? pathToFileURL(`${process.cwd()}/`));
  if (url.protocol !== 'file:') return null;
  const source = new URL(url.href.replace(/\.wf\.js$/, '.wf.ts'));
  if (url.href.endsWith('.wf.js') && existsSync(fileURLToPath(url))) return null;
  if (!existsSync(fileURLToPath(source))) return null;
  return { url: source.href, format: 'module', shortCircuit: true };
}

export function loadWorkflow(url: string): Loaded | null {
  const path = url.split(/[?#]/, 1)[0]!;
  if (!isLibrary(url) && !(path.startsWith('file:') && path.endsWith('.wf.ts'))) return null;
  return { format: 'module', source: compileFileOnDisk(fileURLToPath(path)), shortCircuit: true };
}

/** Only compiled modules import by such URLs. */
const isLibrary = (url: string): boolean => url.startsWith('file:') && url.endsWith(LIBRARY_QUERY);

type Next<T> = (specifier: string, context: object) => T | Promise<T>;

export async function resolve(
  specifier: string,
  context: { parentURL?: string },
  next: Next<Resolved>,
): Promise<Resolved> {
  return resolveWorkflow(specifier, context.parentURL) ?? next(specifier, context);
}

export async function load(url: string, context: object, next: Next<Loaded>): Promise<Loaded> {
  return loadWorkflow(url) ?? next(url, context);
}
