/**
 * Sources on disk. A module's id is its path from the root of its package, so that it is the same whether the
 * module is built, loaded from source or compiled on another machine.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { SourceHost } from './modules.ts';
import type { Files } from './npm/package-json.ts';
import { Packages } from './npm/packages.ts';

export const diskFiles: Files = {
  read(file) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  },
  real: (file) => realpathSync.native(file),
};

/** Sources as they are now. What it reads of packages and configurations it remembers: make one for each build. */
export const diskHost = (files = diskFiles): SourceHost => ({
  read: files.read,
  packages: new Packages(files),
  idOf: (file) => relative(packageRoot(dirname(resolve(file))), resolve(file)).split(sep).join('/'),
  resolve: (specifier, from) => resolve(dirname(from), specifier.replace(/\.wf\.js$/, '.wf.ts')),
});

const roots = new Map<string, string>();

/** The nearest folder upwards with a package.json; the folder itself where there is none. */
function packageRoot(folder: string): string {
  const known = roots.get(folder);
  if (known !== undefined) return known;
  const parent = dirname(folder);
  const root = existsSync(join(folder, 'package.json')) || parent === folder ? folder : packageRoot(parent);
  roots.set(folder, root);
  return root;
}
