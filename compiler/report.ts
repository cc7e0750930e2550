/**
 * Diagnostics on their way to the reader: collected over all passes, sorted, printed with a code frame.
 *
 *   error[host_global]: `fetch` belongs to the host and cannot be used in a workflow
 *    --> src/order.wf.ts:4:19
 *       2 |
 *       3 | export async function load() {
 *     > 4 |   const page = await fetch(url);
 *         |                      ^^^^^ not available here
 *       5 | }
 *     help: declare an effect and implement it in the app: …
 */
import { codeFrameColumns } from '@babel/code-frame';
import type { At } from './ast.ts';
import { DIAGNOSTICS, type DiagnosticCode, type DiagnosticArgs, type Severity } from './diagnostics.ts';

export interface Diagnostic {
  code: DiagnosticCode;
  severity: Severity;
  message: string;
  help: string;
  /** What the marked place is; shown under the code frame. */
  label: string;
  /** The module's id: its path from the package's root. */
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** Collects the diagnostics of one module. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  report<C extends DiagnosticCode>(code: C, at: At, ...args: DiagnosticArgs<C>): void {
    const row = DIAGNOSTICS[code];
    const message = (row.message as (...args: unknown[]) => string)(...args);
    const help = typeof row.help === 'string' ? row.help : (row.help as (...args: unknown[]) => string)(...args);
    const start = at?.loc?.start ?? { line: 1, column: 0 };
    const end = at?.loc?.end ?? start;
    const diagnostic: Diagnostic = {
      code,
      severity: row.severity,
      message,
      help,
      label: row.label,
      file: this.file,
      line: start.line,
      column: start.column + 1,
      endLine: end.line,
      endColumn: end.column + 1,
    };
    const same = this.diagnostics.some(
      (d) => d.code === code && d.line === diagnostic.line && d.column === diagnostic.column,
    );
    if (!same) this.diagnostics.push(diagnostic);
  }

  /**
   * Runs a pass over the module. Passes recurse over the tree; a source so deep that the call stack ends is
   * the writer's to split, and says so. Returns undefined then.
   */
  bounded<T>(pass: () => T): T | undefined {
    try {
      return pass();
    } catch (error) {
      if (!(error instanceof RangeError) || !/call stack/.test(error.message)) throw error;
      this.report('too_deep', null);
      return undefined;
    }
  }

  get failed(): boolean {
    return this.diagnostics.some((d) => d.severity !== 'hazard');
  }
}

export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

/** What a code frame shows of a line: generated sources have lines that would fill the screen. */
const LINE_MAX = 160;

const clip = (source: string): string =>
  source.split('\n').map((line) => (line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line)).join('\n');

const paint = (on: boolean, code: number, text: string): string => (on ? `\u001b[${code}m${text}\u001b[39m` : text);

/** Prints one diagnostic. `source` is the text of its file, undefined when it could not be read. */
export function printDiagnostic(d: Diagnostic, source: string | undefined, color = false): string {
  const hazard = d.severity === 'hazard';
  const head = `${paint(color, hazard ? 33 : 31, `${hazard ? 'warning' : 'error'}[${d.code}]`)}: ${d.message}`;
  const lines = [head, ` --> ${d.file}:${d.line}:${d.column}`];
  if (source !== undefined && d.column < LINE_MAX) {
    // A span over many lines would bury the message: mark its first line only.
    const end = d.endLine === d.line ? { line: d.endLine, column: d.endColumn } : undefined;
    lines.push(
      codeFrameColumns(
        clip(source),
        { start: { line: d.line, column: d.column }, ...(end && end.column > d.column ? { end } : {}) },
        { linesAbove: 2, linesBelow: 1, message: d.label, highlightCode: false, forceColor: false },
      ),
    );
  }
  lines.push(`  help: ${d.help.replaceAll('\n', '\n        ')}`);
  return lines.join('\n');
}
