/**
 * The compiler: a list of passes, each over plain data.
 *
 *     text → [parse] → tree → [resolve] → modules, scopes → [validate] → diagnostics
 *          → [analyse] → facts → [lower] → IR → [verify] → [emit] → program, source map, manifest
 */
import { createHash } from 'node:crypto';
import type { ModuleManifest } from '../runtime/abi.ts';
import { validateModule } from './2-validate/index.ts';
import { analyseModule } from './3-analyse/index.ts';
import { lowerModule } from './4-lower/index.ts';
import { emitModule, type SourceMapJson } from './5-emit/index.ts';
import type { IrModule } from './ir.ts';
import { verifyIr } from './ir-verify.ts';
import { ModuleGraph, type ModuleRecord, type SourceHost } from './modules.ts';
import { cutOutside } from './npm/cut.ts';
import { summarise } from './npm/summary.ts';
import { sortDiagnostics, type Diagnostic, type Reporter } from './report.ts';

export type { SourceHost } from './modules.ts';
export { printDiagnostic, sortDiagnostics, type Diagnostic } from './report.ts';

/** One compiled module of a program. */
export interface CompiledModule {
  id: string;
  file: string;
  source: string;
  /** The text of its program function. */
  code: string;
  map: SourceMapJson;
  manifest: ModuleManifest;
  /** SHA-256 of its code, in hex. */
  hash: string;
  /** Of a package, not of the user. */
  library: boolean;
}

export interface Compilation {
  /** The entry and all it imports, each after its own imports; empty if there are errors. */
  modules: CompiledModule[];
  /** Sorted by file and place. */
  diagnostics: Diagnostic[];
  /** Texts of the files that diagnostics point into, by module id. */
  sources: Map<string, string>;
  ok: boolean;
}

/** What `perdure explain` looks at on the way. */
export interface Trace {
  parsed?(record: ModuleRecord): void;
  analysed?(record: ModuleRecord): void;
  lowered?(ir: IrModule): void;
}

/** Compiles the module in `file` and every workflow module it imports. */
export function compileProgram(file: string, host: SourceHost, trace: Trace = {}): Compilation {
  return compilePrograms([file], host, trace);
}

/**
 * Compiles several programs, the modules they share once.
 * All diagnostics of all modules are collected; with an error among them there is no output.
 */
export function compilePrograms(files: readonly string[], host: SourceHost, trace: Trace = {}): Compilation {
  const graph = new ModuleGraph(host);
  const entries = files.map((file) => graph.load(file));
  graph.link();
  const loaded = entries.filter((entry) => entry !== undefined);
  const order = (): ModuleRecord[] => [...new Set(loaded.flatMap((entry) => graph.order(entry)))];
  let records = order();
  for (const record of records) {
    trace.parsed?.(record);
    record.reporter.bounded(() => validateModule(record, graph));
  }
  if (cutOutside(records, graph)) records = order();

  const parts = partsOf(graph, records, files.map((file) => host.idOf(file)));
  const sources = new Map(parts.map(({ id, source }) => [id, source]));
  const hasErrors = (): boolean => parts.some(({ reporter }) => reporter.failed);
  const diagnostics = (): Diagnostic[] => {
    summarise(loaded, graph);
    return sortDiagnostics(parts.flatMap(({ reporter }) => reporter.diagnostics));
  };
  const refused = (): Compilation => ({ modules: [], diagnostics: diagnostics(), sources, ok: false });
  if (loaded.length < entries.length || hasErrors()) return refused();
  for (const record of records) {
    record.reporter.bounded(() => analyseModule(record, graph));
    trace.analysed?.(record);
  }
  if (hasErrors()) return refused();
  const modules = records.flatMap((record) => record.reporter.bounded(() => compileModule(record, graph, trace)) ?? []);
  if (hasErrors()) return refused();
  return { modules, diagnostics: diagnostics(), sources, ok: true };
}

/** Lowers, verifies and emits one analysed module. */
function compileModule(record: ModuleRecord, graph: ModuleGraph, trace: Trace): CompiledModule {
  const ir = lowerModule(record, graph);
  trace.lowered?.(ir);
  verifyIr(ir);
  const { code, map, manifest } = emitModule(ir, record.source);
  const hash = createHash('sha256').update(code).digest('hex');
  return { id: record.id, file: record.file, source: record.source, code, map, manifest, hash, library: record.library !== null };
}

/** The modules of the programs, those that cannot be parsed included. */
function partsOf(graph: ModuleGraph, records: ModuleRecord[], entries: string[]): { id: string; source: string; reporter: Reporter }[] {
  const needed = new Set([...entries, ...records.flatMap((record) => graph.importsOf(record))]);
  const failed = [...graph.failed].map(([id, { source, reporter }]) => ({ id, source, reporter }));
  return [...records, ...failed.filter(({ id }) => needed.has(id))];
}
