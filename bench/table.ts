/**
 * Results, as text for a terminal and as Markdown.
 */
import type { Spread } from './measure.ts';

export interface Table {
  /** What the rows are about. */
  title: string;
  head: string[];
  /** The first cell names the row. */
  rows: string[][];
  verdicts: Verdict[];
}

/** A figure with a goal. */
export interface Verdict {
  what: string;
  value: number;
  goal: { atMost: number } | { atLeast: number };
}

export const isReached = ({ value, goal }: Verdict): boolean =>
  'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;

/** `1.08 (1.02..1.31)` */
export const showRatio = ({ median, min, max }: Spread): string => `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;

/** Three digits that matter. */
export const showNumber = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

function verdictCells(verdict: Verdict): string[] {
  const { what, value, goal } = verdict;
  const [sign, limit] = 'atMost' in goal ? ['≤', goal.atMost] : ['≥', goal.atLeast];
  return [what, value.toFixed(2), `${sign} ${limit}`, isReached(verdict) ? 'reached' : 'missed'];
}

const VERDICT_HEAD = ['', 'ratio', 'goal', ''];

export function printTable({ title, head, rows, verdicts }: Table): string {
  const blocks = [`${title}\n`, align([head, ...rows])];
  if (verdicts.length > 0) blocks.push(align([VERDICT_HEAD, ...verdicts.map(verdictCells)]));
  return `${blocks.join('\n')}\n`;
}

function align(cells: string[][]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}\n`)
    .join('');
}

export function writeMarkdown({ title, head, rows, verdicts }: Table): string {
  const table = (cells: string[][]): string =>
    cells.flatMap((row, i) => [line(row), ...(i === 0 ? [`|---|${'---:|'.repeat(row.length - 1)}`] : [])]).join('\n');
  const blocks = [`### ${title}`, table([head, ...rows])];
  if (verdicts.length > 0) blocks.push(table([VERDICT_HEAD, ...verdicts.map(verdictCells)]));
  return blocks.join('\n\n');
}

const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
