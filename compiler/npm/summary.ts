/**
 * What is said of a package that is not within the dialect. Its errors point into files that the user did not write
 * and are many; so the import that brought the package in gets one that counts them, and of the package's own only
 * the first of each kind are left.
 */
import { requestNode } from '../entries.ts';
import type { ModuleGraph, ModuleRecord } from '../modules.ts';
import type { Diagnostic, Reporter } from '../report.ts';

/** How many of a package's errors are shown one by one. */
const SHOWN_MAX = 4;

interface Part {
  package: string;
  reporter: Reporter;
}

/** Adds the counting errors, and takes away what they count. */
export function summarise(entries: readonly ModuleRecord[], graph: ModuleGraph): void {
  const parts = librariesOf(entries, graph);
  for (const name of new Set(parts.map((part) => part.package))) {
    const reporters = parts.filter((part) => part.package === name).map(({ reporter }) => reporter);
    const errors = reporters.flatMap(({ diagnostics }) => diagnostics);
    if (errors.length === 0) continue;
    const shown = firstOfEachKind(errors);
    for (const reporter of reporters) reporter.keep((d) => shown.has(d));
    for (const entry of entries) reportImport(name, tally(errors), entry, graph);
  }
}

/** All modules of packages that the programs need, and those that cannot be parsed. */
function librariesOf(entries: readonly ModuleRecord[], graph: ModuleGraph): Part[] {
  const records = [...new Set(entries.flatMap((entry) => graph.order(entry)))];
  const needed = new Set(records.flatMap((record) => graph.importsOf(record)));
  const failed = [...graph.failed].filter(([id]) => needed.has(id)).map(([, part]) => part);
  return [...records, ...failed].flatMap(({ library, reporter }) => (library ? [{ package: library.package, reporter }] : []));
}

function firstOfEachKind(errors: Diagnostic[]): Set<Diagnostic> {
  const byCode = new Map<string, Diagnostic>();
  for (const error of errors) if (!byCode.has(error.code)) byCode.set(error.code, error);
  return new Set([...byCode.values()].slice(0, SHOWN_MAX));
}

/** `31 errors (host_global 28, eval_code 3)`. */
function tally(errors: Diagnostic[]): string {
  const counts = new Map<string, number>();
  for (const { code } of errors) counts.set(code, (counts.get(code) ?? 0) + 1);
  const kinds = [...counts].sort((a, b) => b[1] - a[1]).map(([code, n]) => `${code} ${n}`);
  return `${errors.length} ${errors.length === 1 ? 'error' : 'errors'} (${kinds.join(', ')})`;
}

/** Reports at the import of a workflow module from which the package is reached by the fewest steps. */
function reportImport(name: string, counted: string, entry: ModuleRecord, graph: ModuleGraph): void {
  /** `at` is the import by which the way left the workflow modules, `via` the packages on it. */
  const queue: { record: ModuleRecord; at?: { record: ModuleRecord; specifier: string }; via: string[] }[] = [];
  const seen = new Set([entry.id]);
  queue.push({ record: entry, via: [] });
  for (let step = queue.shift(); step; step = queue.shift()) {
    for (const [specifier, id] of step.record.requests) {
      const library = (graph.modules.get(id) ?? graph.failed.get(id))?.library;
      const at = step.at ?? { record: step.record, specifier };
      if (library?.package === name) {
        const way = step.via.length > 0 ? `It comes in through ${step.via.join(', ')}. ` : '';
        at.record.reporter.report('package_outside', requestNode(at.record, at.specifier), name, counted, way);
        return;
      }
      const next = graph.modules.get(id);
      if (!next || seen.has(id)) continue;
      seen.add(id);
      if (!library) queue.push({ record: next, via: [] });
      else queue.push({ record: next, at, via: step.via.includes(library.package) ? step.via : [...step.via, library.package] });
    }
  }
}
