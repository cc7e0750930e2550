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
import { PACKAGE } from './package.ts';
import { sortDiagnostics, type Diagnostic, type Reporter } from './report.ts';

export type { SourceHost } from './modules.ts';
export { printDiagnostic, type Diagnostic } from './report.ts';

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
  /** The specifiers by which it imports other workflow modules, as the source has them. */
  specifiers: string[];
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

/**
 * Compiles the module in `file` and every workflow module it imports.
 * All diagnostics of all modules are collected; with an error among them there is no output.
 */
export function compileProgram(file: string, host: SourceHost, trace: Trace = {}): Compilation {
  const graph = new ModuleGraph(host);
  const entry = graph.load(file);
  graph.link();
  const records = entry ? graph.order(entry) : [];
  const sources = new Map<string, string>();
  for (const [id, { source }] of [...graph.modules, ...graph.failed]) sources.set(id, source);
  const refused = (): Compilation => ({ modules: [], diagnostics: collectDiagnostics(graph), sources, ok: false });

  for (const record of records) {
    trace.parsed?.(record);
    record.reporter.bounded(() => validateModule(record, graph));
  }
  if (!entry || hasErrors(graph)) return refused();
  for (const record of records) {
    record.reporter.bounded(() => analyseModule(record, graph));
    trace.analysed?.(record);
  }
  if (hasErrors(graph)) return refused();
  const modules = records.flatMap((record) => record.reporter.bounded(() => compileModule(record, graph, trace)) ?? []);
  if (hasErrors(graph)) return refused();
  return { modules, diagnostics: collectDiagnostics(graph), sources, ok: true };
}

/** Lowers, verifies and emits one analysed module. */
function compileModule(record: ModuleRecord, graph: ModuleGraph, trace: Trace): CompiledModule {
  const ir = lowerModule(record, graph);
  trace.lowered?.(ir);
  verifyIr(ir);
  const { code, map, manifest } = emitModule(ir, record.source);
  const hash = createHash('sha256').update(code).digest('hex');
  const specifiers = [...record.requests.keys()].filter((specifier) => specifier !== PACKAGE);
  return { id: record.id, file: record.file, source: record.source, code, map, manifest, hash, specifiers };
}

const hasErrors = (graph: ModuleGraph): boolean => reportersOf(graph).some((reporter) => reporter.failed);

const collectDiagnostics = (graph: ModuleGraph): Diagnostic[] =>
  sortDiagnostics(reportersOf(graph).flatMap((reporter) => reporter.diagnostics));

const reportersOf = (graph: ModuleGraph): Reporter[] =>
  [...graph.modules.values(), ...graph.failed.values()].map(({ reporter }) => reporter);
