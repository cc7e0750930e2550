/**
 * What packages say about themselves: the nearest `package.json` of a file, as far as compiling needs it.
 */
import { basename, dirname, join, relative, sep } from 'node:path';

/** The file system, as far as packages need it; tests bring their own. */
export interface Files {
  /** The text of a file; undefined when there is none. */
  read(file: string): string | undefined;
  /** The file itself, behind symbolic links. */
  real(file: string): string;
}

export interface PackageJson {
  /** The folder it lies in. */
  folder: string;
  name?: string;
  version?: string;
  type?: string;
  main?: string;
  module?: string;
  exports?: unknown;
  imports?: unknown;
  sideEffects?: unknown;
}

export class PackageFolders {
  private readonly files: Files;
  private readonly read = new Map<string, PackageJson | null>();

  constructor(files: Files) {
    this.files = files;
  }

  /** The `package.json` in a folder, if it is there and an object. */
  at(folder: string): PackageJson | null {
    let known = this.read.get(folder);
    if (known === undefined) {
      known = parse(this.files.read(join(folder, 'package.json')), folder);
      this.read.set(folder, known);
    }
    return known;
  }

  /** The scope of a file: the nearest `package.json` upwards, not beyond `node_modules`. */
  around(file: string): PackageJson | null {
    return this.upwards(file, () => true);
  }

  /** The package of a file: the nearest `package.json` that has a name. (Others only say `"type": "module"`.) */
  of(file: string): PackageJson | null {
    return this.upwards(file, ({ name }) => name !== undefined);
  }

  private upwards(file: string, fits: (json: PackageJson) => boolean): PackageJson | null {
    for (let folder = dirname(file); basename(folder) !== 'node_modules'; folder = dirname(folder)) {
      const json = this.at(folder);
      if (json && fits(json)) return json;
      if (dirname(folder) === folder) break;
    }
    return null;
  }
}

function parse(text: string | undefined, folder: string): PackageJson | null {
  if (text === undefined) return null;
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  const { exports, imports, sideEffects } = json;
  const texts = ['name', 'version', 'type', 'main', 'module'].filter((key) => typeof json[key] === 'string');
  return { folder, ...Object.fromEntries(texts.map((key) => [key, json[key]])), exports, imports, sideEffects };
}

/** `just-group-by@4.0.0`; the bare name where there is no version, as in some workspaces. */
export const label = ({ name, version }: PackageJson): string => (version === undefined ? name! : `${name!}@${version}`);

/** The path of a file from the root of its package, with forward slashes. */
export const pathIn = ({ folder }: PackageJson, file: string): string => relative(folder, file).split(sep).join('/');

/**
 * Has the package promised, by `"sideEffects": false` or a list that leaves the file out, that evaluating it matters
 * only to those who use what it exports? The patterns of a list are those of bundlers: without a slash they name a
 * file in any folder.
 */
export function isFreeOfSideEffects({ sideEffects }: PackageJson, path: string): boolean {
  if (sideEffects === false) return true;
  if (!Array.isArray(sideEffects)) return false;
  return !sideEffects.some((pattern) => typeof pattern === 'string' && toRegExp(pattern).test(path));
}

function toRegExp(pattern: string): RegExp {
  const plain = pattern.replace(/^\.?\//, '');
  const source = (plain.includes('/') || plain !== pattern ? plain : `**/${plain}`)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' })[wild] ?? '[^/]');
  return new RegExp(`^${source}$`);
}
