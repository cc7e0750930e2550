/**
 * Modules of npm packages that are compiled as part of a program.
 *
 * A workflow module may import a package that its configuration names; what the package imports comes with it. A
 * module's id is `npm:just-group-by@4.0.0/index.mjs`: the same wherever and however the package is installed.
 */
import { PACKAGE } from '../package.ts';
import { providedModule } from '../provided.ts';
import { Configs, type Config } from './config.ts';
import { isFreeOfSideEffects, label, PackageFolders, pathIn, type Files } from './package-json.ts';
import { packageNameOf, Resolver } from './resolve.ts';

/** A module of a package. */
export interface Library {
  /** `just-group-by@4.0.0`. */
  package: string;
  /** Matters only to those who use what it exports. */
  pure: boolean;
  language: 'javascript' | 'typescript';
  /** Whether it is an ES module by its name or its package; undefined where its text decides. */
  esm: boolean | undefined;
}

const PROVIDED: Library = { package: PACKAGE, pure: true, language: 'javascript', esm: true };

export type Requested =
  | { kind: 'module'; file: string; id: string; library: Library }
  /** The package is installed or not; the configuration does not name it. */
  | { kind: 'unnamed'; name: string }
  /** Node's own, or nothing that could be a module. */
  | { kind: 'outside' }
  | { kind: 'not_source'; file: string }
  | { kind: 'missing'; why: string }
  | { kind: 'config'; file: string; why: string };

export class Packages {
  private readonly configs: Configs;
  private readonly folders: PackageFolders;
  private readonly resolver: Resolver;

  constructor(files: Files) {
    this.configs = new Configs(files);
    this.folders = new PackageFolders(files);
    this.resolver = new Resolver(files, this.folders);
  }

  /** What a specifier in a workflow module names. */
  requestedByWorkflow(specifier: string, from: string): Requested {
    const name = packageNameOf(specifier);
    if (name === undefined) return { kind: 'outside' };
    const found = this.requestedByLibrary(specifier, from);
    if (found.kind === 'outside') return found;
    const config: Config = this.configs.of(from);
    if (config.wrong !== undefined) return { kind: 'config', file: config.file!, why: config.wrong };
    return config.bundle.has(name) ? found : { kind: 'unnamed', name };
  }

  /** What a specifier in a package's module names. */
  requestedByLibrary(specifier: string, from: string): Requested {
    const provided = providedModule(specifier);
    if (provided) return this.about(provided.file);
    const resolution = this.resolver.resolve(specifier, from);
    if (resolution.kind === 'host') return { kind: 'outside' };
    if (resolution.kind === 'missing') return resolution;
    return this.about(resolution.file);
  }

  /** A file of a package as a module. */
  about(file: string): Requested {
    const provided = providedModule(file);
    if (provided) return { kind: 'module', file, id: provided.id, library: PROVIDED };
    const json = this.folders.of(file);
    const [, kind = ''] = /(?<!\.d)\.([mc]?[jt]s)$/.exec(file) ?? [];
    if (!json || kind === '') return { kind: 'not_source', file };
    const path = pathIn(json, file);
    const type = this.folders.around(file)?.type;
    const library: Library = {
      package: label(json),
      pure: isFreeOfSideEffects(json, path),
      language: kind.endsWith('ts') ? 'typescript' : 'javascript',
      esm: kind.startsWith('m') ? true : kind.startsWith('c') ? false : type === 'module' ? true : undefined,
    };
    return { kind: 'module', file, id: `npm:${label(json)}/${path.replaceAll('#', '%23')}`, library };
  }
}
