/**
 * The modules of a program: read, parsed and analysed once each, their imports resolved to declarations.
 *
 * Import resolution happens at compile time, so that emitted code reads an imported binding where it lives: a
 * shared value from the module's shared object, a slot from its Env, both under the name the declaring module
 * uses (live bindings come for free). Resolution follows ECMA-262 16.2.1.6.3 ResolveExport.
 */
import type * as t from '@babel/types';
import type { Node } from './ast.ts';
import { isModuleSyntax, parseModule, type ParsedModule } from './1-parse/index.ts';
import type { Resolved } from './3-analyse/environments.ts';
import { analyseScopes } from './3-analyse/scopes.ts';
import type { Binding, ImportTarget } from './3-analyse/types.ts';
import type { Library, Packages } from './npm/packages.ts';
import { parse } from './babel.ts';
import { collectEntries, isRequested, namesBySource, requestNode, type ExportEntry, type ImportEntry } from './entries.ts';
import { PACKAGE, PACKAGE_VALUES } from './package.ts';
import { PROVIDED_NAMES, providedModule } from './provided.ts';
import { Reporter } from './report.ts';

export type { Binding, ImportTarget } from './3-analyse/types.ts';

/** How the compiler reads sources; the CLI, the loader and tests bring their own. */
export interface SourceHost {
  /** The text of a file, or undefined when there is none. */
  read(file: string): string | undefined;
  /** The module's id: its path from the package's root, with forward slashes. */
  idOf(file: string): string;
  /** The file that the specifier of a workflow module names, in `from`. */
  resolve(specifier: string, from: string): string;
  /** The packages there are; without them, workflow modules import each other only. */
  packages?: Packages;
}

export interface ModuleRecord {
  id: string;
  file: string;
  source: string;
  parsed: ParsedModule;
  analysis: Resolved;
  reporter: Reporter;
  /** Of a package; null for a workflow module. */
  library: Library | null;
  /** Specifiers of value imports and re-exports, in order → module id (`perdure` for the package). */
  requests: Map<string, string>;
  imports: Map<Binding, ImportEntry>;
  exports: Map<string, ExportEntry>;
  stars: { source: string; node: Node }[];
  /** Reaches itself through its imports. */
  cyclic: boolean;
}

export class ModuleGraph {
  readonly modules = new Map<string, ModuleRecord>();
  /** Reporters of files that failed to parse, by module id. */
  readonly failed = new Map<string, { reporter: Reporter; source: string; library: Library | null }>();
  private readonly host: SourceHost;
  private readonly imported = new Map<ModuleRecord, string[]>();
  /** Requests that led to another copy of a module that is known already. */
  private readonly copies: { record: ModuleRecord; specifier: string; known: ModuleRecord; file: string }[] = [];

  constructor(host: SourceHost) {
    this.host = host;
  }

  /** Reads the entry and all it imports. Returns undefined when the file does not exist or does not parse. */
  load(file: string): ModuleRecord | undefined {
    if (isWorkflowSpecifier(file)) return this.read(file, this.host.idOf(file), null);
    const about = this.host.packages?.about(file);
    return about?.kind === 'module' ? this.read(about.file, about.id, about.library) : undefined;
  }

  private read(file: string, id: string, library: Library | null): ModuleRecord | undefined {
    const known = this.modules.get(id);
    if (known) return known;
    if (this.failed.has(id)) return undefined;
    const source = providedModule(id)?.source ?? this.host.read(file);
    if (source === undefined) return undefined;
    const reporter = new Reporter(id, library !== null);
    const read = reporter.bounded(() => {
      const parsed = parseModule(source, reporter, library?.language ?? 'workflow');
      if (!parsed) return null;
      const analysis = analyseScopes(parsed.program, parsed.effects);
      if (!library || !provide(parsed.program, analysis)) return { parsed, analysis };
      return { parsed, analysis: analyseScopes(parsed.program, parsed.effects) };
    });
    if (!read) {
      this.failed.set(id, { reporter, source, library });
      return undefined;
    }
    const record: ModuleRecord = {
      id,
      file,
      source,
      parsed: read.parsed,
      analysis: read.analysis,
      reporter,
      library,
      requests: new Map(),
      imports: new Map(),
      exports: new Map(),
      stars: [],
      cyclic: false,
    };
    this.modules.set(id, record);
    collectEntries(record);
    for (const specifier of record.requests.keys()) {
      const id = this.request(record, specifier);
      if (id === undefined) record.requests.delete(specifier);
      else record.requests.set(specifier, id);
    }
    return record;
  }

  /** The id of the module that a specifier names; undefined, and reported, where it names none. */
  private request(record: ModuleRecord, specifier: string): string | undefined {
    if (specifier === PACKAGE) return PACKAGE;
    if (record.library === null && isWorkflowSpecifier(specifier)) {
      const file = this.host.resolve(specifier, record.file);
      const id = this.host.idOf(file);
      if (this.read(file, id, null) || this.failed.has(id)) return id;
      record.reporter.report('import_unresolved', requestNode(record, specifier), specifier);
      return undefined;
    }
    return this.requestLibrary(record, specifier);
  }

  private requestLibrary(record: ModuleRecord, specifier: string): string | undefined {
    const { host } = this;
    const found = record.library
      ? host.packages!.requestedByLibrary(specifier, record.file)
      : (host.packages?.requestedByWorkflow(specifier, record.file) ?? { kind: 'outside' as const });
    if (found.kind === 'module') {
      const { esm } = found.library;
      const isModule = esm ?? isModuleSyntax(host.read(found.file) ?? '', found.library.language);
      if (isModule) {
        const known = this.read(found.file, found.id, found.library);
        if (known && known.file !== found.file) this.copies.push({ record, specifier, known, file: found.file });
        return found.id;
      }
    }
    // A name that no expression mentions is a type: nothing is imported.
    if (!isRequested(record, specifier)) return undefined;
    const at = requestNode(record, specifier);
    const { reporter } = record;
    switch (found.kind) {
      case 'module':
        reporter.report('package_commonjs', at, specifier, found.library.package);
        break;
      case 'outside':
      case 'unnamed':
        reporter.report('import_not_workflow', at, specifier, found.kind === 'unnamed' ? found.name : undefined);
        break;
      case 'not_source':
        reporter.report('import_not_source', at, specifier);
        break;
      case 'missing':
        reporter.report('import_unresolved', at, specifier, found.why);
        break;
      case 'config':
        reporter.report('config_invalid', at, found.file, found.why);
        break;
    }
    return undefined;
  }

  /** Finds scopes and entries again, after parts of a module's tree were taken away. */
  reread(record: ModuleRecord): void {
    const known = new Map(record.requests);
    record.requests.clear();
    record.analysis = analyseScopes(record.parsed.program, record.parsed.effects);
    collectEntries(record);
    for (const specifier of record.requests.keys()) {
      const id = known.get(specifier);
      if (id === undefined) record.requests.delete(specifier);
      else record.requests.set(specifier, id);
    }
    this.imported.clear();
  }

  /** Marks import cycles and checks that every imported and re-exported name exists. */
  link(): void {
    this.checkCopies();
    for (const record of this.modules.values()) record.cyclic = this.reaches(record, record.id, new Set());
    for (const record of this.modules.values()) {
      for (const [binding, entry] of record.imports) {
        if (binding.reads + binding.writes === 0) continue; // a type
        if (entry.name === '*' || this.isFailed(record, entry.source)) continue;
        this.checkTarget(record, entry);
      }
      for (const entry of record.exports.values()) {
        if (entry.kind !== 'from' || entry.name === '*' || this.isFailed(record, entry.source)) continue;
        this.checkTarget(record, entry);
      }
    }
  }

  /**
   * Node would evaluate each copy of a package by itself; in a program they are one module, as they are one once
   * installed without duplicates. They must be the same, and so must what they import.
   */
  private checkCopies(): void {
    const seen = new Set<string>();
    const isSame = (known: ModuleRecord, file: string): boolean => {
      if (known.file === file || seen.has(file)) return true;
      seen.add(file);
      if (this.host.read(file) !== known.source) return false;
      return [...known.requests].every(([specifier, id]) => {
        const found = this.host.packages!.requestedByLibrary(specifier, file);
        const next = this.modules.get(id);
        return found.kind !== 'module' || (found.id === id && (!next || isSame(next, found.file)));
      });
    };
    for (const { record, specifier, known, file } of this.copies) {
      if (isSame(known, file)) continue;
      record.reporter.report('package_copies', requestNode(record, specifier), known.library!.package, known.file, file);
    }
  }

  private checkTarget(record: ModuleRecord, entry: { source: string; name: string; node: Node }): void {
    if (!this.target(record, entry)) record.reporter.report('import_missing', entry.node, entry.name, entry.source);
  }

  private isFailed(record: ModuleRecord, source: string): boolean {
    const id = record.requests.get(source);
    return id === undefined || this.failed.has(id);
  }

  private reaches(record: ModuleRecord, id: string, seen: Set<string>): boolean {
    for (const next of this.importsOf(record)) {
      if (next === id) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      const module = this.modules.get(next);
      if (module && this.reaches(module, id, seen)) return true;
    }
    return false;
  }

  /** The declaration that an import or re-export means. */
  target(record: ModuleRecord, entry: { source: string; name: string }): ImportTarget | undefined {
    const id = record.requests.get(entry.source);
    if (id === PACKAGE) return entry.name === '*' ? { module: PACKAGE, local: null, storage: 'shared' } : packageExport(entry.name);
    const module = id === undefined ? undefined : this.modules.get(id);
    if (module && entry.name === '*') return { module: module.id, local: null, storage: 'shared' };
    return module && this.exportOf(module.id, entry.name);
  }

  /** What a module's export of this name means. */
  exportOf(moduleId: string, name: string): ImportTarget | undefined {
    if (moduleId === PACKAGE) return packageExport(name);
    const found = this.resolveExport(moduleId, name, new Set());
    return found === 'ambiguous' ? undefined : found;
  }

  /** ResolveExport (ECMA-262 16.2.1.6.3). */
  private resolveExport(id: string | undefined, name: string, seen: Set<string>): ImportTarget | 'ambiguous' | undefined {
    if (id === PACKAGE) return packageExport(name);
    const module = id === undefined ? undefined : this.modules.get(id);
    const key = `${id} ${name}`;
    if (!module || seen.has(key)) return undefined;
    seen.add(key);
    const entry = module.exports.get(name);
    if (entry?.kind === 'local') return this.localTarget(module, entry.local);
    if (entry?.name === '*') return this.target(module, entry);
    if (entry) return this.resolveExport(module.requests.get(entry.source), entry.name, seen);
    if (name === 'default') return undefined;
    let result: ImportTarget | undefined;
    for (const star of module.stars) {
      const found = this.resolveExport(module.requests.get(star.source), name, seen);
      if (found === 'ambiguous') return found;
      if (found && result && (found.module !== result.module || found.local !== result.local)) return 'ambiguous';
      result ??= found;
    }
    return result;
  }

  private localTarget(module: ModuleRecord, local: string): ImportTarget | undefined {
    const binding = module.analysis.module.scope.bindings.get(local);
    if (!binding) return undefined;
    const imported = module.imports.get(binding);
    if (imported) return this.target(module, imported);
    return { module: module.id, local, storage: binding.storage === 'shared' ? 'shared' : 'slot' };
  }

  /** All names a module exports, stars included. */
  exportedNames(module: ModuleRecord, seen = new Set<string>()): Set<string> {
    const names = new Set(module.exports.keys());
    if (seen.has(module.id)) return names;
    seen.add(module.id);
    for (const star of module.stars) {
      const id = module.requests.get(star.source);
      if (id === PACKAGE) for (const name of PACKAGE_VALUES) names.add(name);
      const from = id === undefined ? undefined : this.modules.get(id);
      if (!from) continue;
      for (const name of this.exportedNames(from, seen)) if (name !== 'default') names.add(name);
    }
    return names;
  }

  /**
   * The modules that a module needs evaluated before itself, in their order. A module of a package that promises to
   * be free of side effects is needed by those only who use what it declares: `import { addDays } from 'date-fns'`
   * needs the one file that has it, and the index that passes it on is not part of the program.
   *
   * This depends on the module and on what it imports, never on who imports it: its code is the same in all programs.
   */
  importsOf(record: ModuleRecord): string[] {
    let ids = this.imported.get(record);
    if (ids) return ids;
    const needed = new Set<string>();
    const names = namesBySource(record);
    for (const [source, id] of record.requests) {
      if (id === PACKAGE) continue;
      const used = names.get(source);
      if (!this.modules.get(id)?.library?.pure || !used) needed.add(id);
      else for (const name of used) this.need(id, name, needed);
    }
    ids = [...needed];
    this.imported.set(record, ids);
    return ids;
  }

  /** Adds the modules that the export `name` of a module needs. */
  private need(id: string, name: string, needed: Set<string>): void {
    const module = this.modules.get(id);
    const origin = module?.library?.pure ? this.origin(module, name) : undefined;
    const next = origin && module!.requests.get(origin.source);
    if (next === undefined) needed.add(id);
    else if (origin!.name === '*') needed.add(next);
    else this.need(next, origin!.name, needed);
  }

  /** Where a module has an export from that it only passes on. */
  private origin(module: ModuleRecord, name: string): { source: string; name: string } | undefined {
    const entry = module.exports.get(name);
    if (entry?.kind === 'from') return entry;
    if (entry) {
      const binding = module.analysis.module.scope.bindings.get(entry.local);
      return binding && module.imports.get(binding);
    }
    const star = module.stars.find(({ source }) => {
      const from = this.modules.get(module.requests.get(source) ?? '');
      return from && this.exportOf(from.id, name);
    });
    return star && { source: star.source, name };
  }

  /** A module and all it needs, each after its own imports (the order of evaluation). */
  order(entry: ModuleRecord): ModuleRecord[] {
    const out: ModuleRecord[] = [];
    const seen = new Set<string>();
    const visit = (record: ModuleRecord): void => {
      if (seen.has(record.id)) return;
      seen.add(record.id);
      for (const id of this.importsOf(record)) {
        const next = this.modules.get(id);
        if (next) visit(next);
      }
      out.push(record);
    };
    visit(entry);
    return out;
  }
}

/** Imports the names of the host that packages are given. Returns whether there are any. */
function provide(program: t.Program, { globals }: Resolved): boolean {
  const names = [...PROVIDED_NAMES].filter(([name]) => globals.has(name));
  const imports = names.map(([name, { id }]) => `import { ${name} } from '${id}';`);
  program.body.unshift(...parse(imports.join('\n'), { sourceType: 'module' }).program.body);
  return names.length > 0;
}

const packageExport = (name: string): ImportTarget | undefined =>
  (PACKAGE_VALUES as readonly string[]).includes(name) ? { module: PACKAGE, local: name, storage: 'shared' } : undefined;

/** `./order.wf.ts`, or `./order.wf.js`, as `tsc` has it. */
export const isWorkflowSpecifier = (specifier: string): boolean => /\.wf\.[jt]s$/.test(specifier);
