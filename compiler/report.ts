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
import { codeFrame } from './babel.ts';
import type { At } from './ast.ts';
import { DIAGNOSTICS, type DiagnosticCode, type DiagnosticArgs, type Row, type Severity } from './diagnostics.ts';
import { suggest, type EffectSuggestion, type Suggestion } from './host-effects.ts';

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
  /** Code to paste, where there is some. */
  suggestion: Suggestion | null;
}

/** What is said of code that the reader did not write: what to do is said where it is imported. */
const FOREIGN_HELP = 'This is code of a package; the import that brings it in says what to do.';

/** Collects the diagnostics of one module. */
export class Reporter {
  diagnostics: Diagnostic[] = [];
  readonly file: string;
  private readonly foreign: boolean;

  /** `foreign` is code that the reader cannot change: no warnings, and no code to paste. */
  constructor(file: string, foreign = false) {
    this.file = file;
    this.foreign = foreign;
  }

  report<C extends DiagnosticCode>(code: C, at: At, ...args: DiagnosticArgs<C>): void {
    const row: Row = DIAGNOSTICS[code];
    if (this.foreign && row.severity === 'hazard') return;
    const message = (row.message as (...args: unknown[]) => string)(...args);
    const help = typeof row.help === 'string' ? row.help : (row.help as (...args: unknown[]) => string)(...args);
    const effect = (row.effect as ((...args: unknown[]) => EffectSuggestion | undefined) | undefined)?.(...args);
    const start = at?.loc?.start ?? { line: 1, column: 0 };
    const end = at?.loc?.end ?? start;
    const diagnostic: Diagnostic = {
      code,
      severity: row.severity,
      message,
      help: this.foreign ? FOREIGN_HELP : help,
      label: row.label,
      file: this.file,
      line: start.line,
      column: start.column + 1,
      endLine: end.line,
      endColumn: end.column + 1,
      suggestion: effect && !this.foreign ? suggest(effect, this.file) : null,
    };
    // A parser that goes on after an error says more about the same place.
    const same = this.diagnostics.some(
      (d) =>
        d.code === code && d.line === diagnostic.line && d.column === diagnostic.column && (d.severity === 'syntax' || d.message === message),
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

  /** Drops the diagnostics that are said elsewhere. */
  keep(fits: (diagnostic: Diagnostic) => boolean): void {
    this.diagnostics = this.diagnostics.filter(fits);
  }

  get failed(): boolean {
    return this.diagnostics.some((d) => d.severity !== 'hazard');
  }
}

/** By file and place; the user's own files come before those of packages. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const isLibrary = ({ file }: Diagnostic): number => Number(file.startsWith('npm:'));
  return [...diagnostics].sort(
    (a, b) =>
      isLibrary(a) - isLibrary(b) ||
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

/** What a code frame shows of a line: generated sources have lines that would fill the screen. */
const LINE_MAX = 160;

const clip = (source: string): string =>
  source.split('\n').map((line) => (line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line)).join('\n');

/** How a diagnostic is laid out. */
export interface PrintOptions {
  color?: boolean;
  /** Columns that sentences are broken at; code never is. */
  width?: number;
}

type Paint = (text: string) => string;

const paints = (on: boolean): Record<'red' | 'yellow' | 'cyan' | 'bold' | 'dim', Paint> => {
  const paint = (open: number, close: number): Paint => (text) => (on ? `\u001b[${open}m${text}\u001b[${close}m` : text);
  return { red: paint(31, 39), yellow: paint(33, 39), cyan: paint(36, 39), bold: paint(1, 22), dim: paint(2, 22) };
};

/** Prints one diagnostic. `source` is the text of its file, undefined when it could not be read. */
export function printDiagnostic(d: Diagnostic, source: string | undefined, { color = false, width = Infinity }: PrintOptions = {}): string {
  const { red, yellow, cyan, bold, dim } = paints(color);
  const hazard = d.severity === 'hazard';
  const title = `${hazard ? 'warning' : 'error'}[${d.code}]: `;
  const [first = '', ...more] = breakLines(d.message, width, title.length, 2);
  const lines = [
    `${(hazard ? yellow : red)(title.slice(0, -2))}: ${bold(first)}`,
    ...more.map(bold),
    `${dim(' -->')} ${cyan(`${d.file}:${d.line}:${d.column}`)}`,
  ];
  if (source !== undefined && d.column < LINE_MAX) lines.push(frameOf(d, source, color));
  lines.push(...breakLines(d.help, width, HELP.length, HELP.length).map((line, i) => (i === 0 ? cyan(HELP) + line : line)));
  if (d.suggestion) {
    lines.push('', ...pasted(`in ${d.file}`, d.suggestion.module, color), '', ...pasted('in the app', d.suggestion.app, color));
  }
  return lines.join('\n');
}

const HELP = '  help: ';

function frameOf(d: Diagnostic, source: string, color: boolean): string {
  // A span over many lines would bury the message: mark its first line only.
  const end = d.endLine === d.line && d.endColumn > d.column ? { end: { line: d.endLine, column: d.endColumn } } : {};
  const frame = codeFrame().codeFrameColumns(
    clip(source),
    { start: { line: d.line, column: d.column }, ...end },
    { linesAbove: 2, linesBelow: 1, message: d.label, highlightCode: color, forceColor: color },
  );
  // Nothing else in a frame is red.
  return d.severity === 'hazard' ? frame.replaceAll('\u001b[31m', '\u001b[33m') : frame;
}

/** Code to paste, under a line that says where. */
function pasted(where: string, code: string, color: boolean): string[] {
  const indent = ' '.repeat(HELP.length);
  return [`${indent}${paints(color).dim(`// ${where}`)}`, `${indent}${color ? codeFrame().highlight(code) : code}`];
}

/** Sentences broken between words, never inside short code; the first line begins at a column, the others are indented. */
function breakLines(text: string, width: number, column: number, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  let room = width - column;
  for (const word of text.match(/[^\s`]*`[^`]{1,60}`\S*|\S+/g) ?? []) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = '';
      room = width - indent;
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text, i) => (i === 0 ? text : ' '.repeat(indent) + text));
}
