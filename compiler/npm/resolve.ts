/**
 * Which file a specifier in a module names: Node's resolution of ES modules
 * (https://nodejs.org/api/esm.html#resolution-algorithm-specification), for the conditions of a workflow.
 *
 * What is ours: the conditions; the field `module`, by which packages from before `exports` name their ES modules, and
 * `./x` for `./x.js`, as such modules import each other; and `./x.js` for `./x.ts` in a package that ships TypeScript.
 * Each only finds what Node would not.
 */
import { isBuiltin } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Files, PackageFolders, PackageJson } from './package-json.ts';

/**
 * The conditions that hold. A workflow runs neither in a browser nor in Node, so neither `browser` nor `node` does;
 * `module` comes where `import` would lead to CommonJS in disguise.
 */
export const CONDITIONS: readonly string[] = ['perdure', 'module', 'import', 'default'];

export type Resolution =
  | { kind: 'file'; file: string }
  /** A module of Node. */
  | { kind: 'host' }
  | { kind: 'missing'; why: string };

const missing = (why: string): Resolution => ({ kind: 'missing', why });

/** The package that a bare specifier names: `date-fns` of `date-fns/add`; undefined for all other specifiers. */
export function packageNameOf(specifier: string): string | undefined {
  return /^(?![./#])(@[^/%\\]+\/)?[^/%\\:]+(?=\/|$)/.exec(specifier)?.[0];
}

export class Resolver {
  private readonly files: Files;
  private readonly packages: PackageFolders;

  constructor(files: Files, packages: PackageFolders) {
    this.files = files;
    this.packages = packages;
  }

  resolve(specifier: string, from: string): Resolution {
    if (isBuiltin(specifier)) return { kind: 'host' };
    if (/^\.{0,2}\//.test(specifier) || specifier.startsWith('file:')) return this.relative(specifier, from);
    if (specifier.startsWith('#')) return this.internal(specifier, from);
    const name = packageNameOf(specifier);
    if (name === undefined) return missing('it is neither a path nor the name of a package');
    return this.bare(name, `.${specifier.slice(name.length)}`, from);
  }

  private relative(specifier: string, from: string): Resolution {
    try {
      const path = fileURLToPath(new URL(specifier, pathToFileURL(from)));
      const typed = /\.m?ts$/.test(from) ? [path.replace(/\.(m?)js$/, '.$1ts'), `${path}.ts`, join(path, 'index.ts')] : [];
      return this.file(path, ...typed, `${path}.js`, `${path}.mjs`, join(path, 'index.js'));
    } catch {
      return missing('it is no path');
    }
  }

  /** A file that must be there (ESM_RESOLVE, steps 6 and 7). */
  private file(path: string, ...others: string[]): Resolution {
    const found = [path, ...others].find((candidate) => this.files.read(candidate) !== undefined);
    return found === undefined ? missing(`there is no file ${path}`) : { kind: 'file', file: this.files.real(found) };
  }

  /** PACKAGE_RESOLVE: the package itself by its own name, then `node_modules` upwards. */
  private bare(name: string, subpath: string, from: string): Resolution {
    const scope = this.packages.around(from);
    if (scope?.name === name && scope.exports != null) return this.exported(scope, subpath);
    for (let folder = dirname(from); ; folder = dirname(folder)) {
      const json = basename(folder) === 'node_modules' ? null : this.packages.at(join(folder, 'node_modules', name));
      if (json) return json.exports != null ? this.exported(json, subpath) : this.legacy(json, subpath);
      if (dirname(folder) === folder) return missing(`the package '${name}' is not installed`);
    }
  }

  /** A package from before `exports`: any file of it, or the entry it names. */
  private legacy({ folder, module, main }: PackageJson, subpath: string): Resolution {
    if (subpath !== '.') return this.file(join(folder, subpath));
    const named = main === undefined ? [] : [main, `${main}.js`, `${main}.json`, `${main}/index.js`];
    for (const path of [...(module === undefined ? [] : [module]), ...named, 'index.js']) {
      const found = this.file(join(folder, path));
      if (found.kind === 'file') return found;
    }
    return missing('the package has no entry');
  }

  /** PACKAGE_EXPORTS_RESOLVE. */
  private exported(json: PackageJson, subpath: string): Resolution {
    const { exports } = json;
    const isMap = typeof exports === 'object' && !Array.isArray(exports) && Object.keys(exports!).some((key) => key.startsWith('.'));
    const map = isMap ? (exports as Record<string, unknown>) : { '.': exports };
    return this.mapped(map, subpath, json) ?? missing(`'exports' of the package '${json.name ?? ''}' does not offer it`);
  }

  /** PACKAGE_IMPORTS_RESOLVE. */
  private internal(specifier: string, from: string): Resolution {
    const json = this.packages.around(from);
    const map = (json?.imports ?? {}) as Record<string, unknown>;
    return (json && this.mapped(map, specifier, json)) ?? missing("'imports' of the package does not have it");
  }

  /** PACKAGE_IMPORTS_EXPORTS_RESOLVE: the exact key, or the pattern with the longest start. */
  private mapped(map: Record<string, unknown>, key: string, json: PackageJson): Resolution | undefined {
    if (Object.hasOwn(map, key) && !key.includes('*')) return this.target(map[key], '', json);
    const patterns = Object.keys(map).filter((pattern) => {
      const [start = '', end] = pattern.split('*');
      return end !== undefined && key.startsWith(start) && key !== start && key.endsWith(end) && key.length >= pattern.length;
    });
    patterns.sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length);
    const [best] = patterns;
    if (best === undefined) return undefined;
    const [start = '', end = ''] = best.split('*');
    return this.target(map[best], key.slice(start.length, key.length - end.length), json);
  }

  /** PACKAGE_TARGET_RESOLVE. Undefined where no condition holds, or the path is closed by `null`. */
  private target(target: unknown, match: string, json: PackageJson): Resolution | undefined {
    if (typeof target === 'string') {
      const path = target.replaceAll('*', match);
      if (path.startsWith('./')) return this.file(join(json.folder, path));
      return this.resolve(path, join(json.folder, 'package.json')); // `imports` may lead to another package
    }
    const choices = Array.isArray(target) ? (target as unknown[]) : conditional(target);
    for (const choice of choices) {
      const found = this.target(choice, match, json);
      if (found) return found;
    }
    return undefined;
  }
}

const conditional = (target: unknown): unknown[] =>
  typeof target === 'object' && target !== null
    ? Object.entries(target).flatMap(([condition, choice]) => (CONDITIONS.includes(condition) ? [choice as unknown] : []))
    : [];
