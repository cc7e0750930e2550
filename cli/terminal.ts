/**
 * What people see: colours only where they are wanted, columns that line up, lines that fit, and nothing in the data
 * of a run that could steer the terminal.
 */
import { stripVTControlCharacters } from 'node:util';

/** FORCE_COLOR and NO_COLOR decide; without them, whether the stream is a terminal. */
export function wantsColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

const onOutput = wantsColor(process.stdout);
const onErrors = wantsColor(process.stderr);

const paint =
  (open: number, close: number, on = onOutput) =>
  (text: string): string =>
    on && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const red = paint(31, 39);
export const green = paint(32, 39);
export const yellow = paint(33, 39);
export const cyan = paint(36, 39);
export const redError = paint(31, 39, onErrors);

export const isColorful = (): boolean => onOutput;

/** Control characters but tab and line feed, and those that turn the direction of what follows. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (c: string): string => {
  const code = c.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
};

/** Text of which we do not know what is in it, as it may be shown. */
export const plain = (text: string): string => text.replace(STEERING, escaped);

/** The same, for code frames: one character for one, so that the marks stay below what they mark. */
export const plainFrame = (text: string): string => text.replaceAll('\r\n', '\n').replace(STEERING, '\ufffd');

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Begins a new page on a terminal; elsewhere output follows output. */
export function clearScreen(): void {
  if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
}

export function printJson(value: unknown, { oneLine = false } = {}): void {
  // JSON leaves the second set of control characters as it is; only strings can hold one.
  print(JSON.stringify(value, null, oneLine ? 0 : 2).replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`));
}

/** The width to fit into; a pipe or a file takes everything. COLUMNS overrides. */
export function columns(): number {
  const given = Number(process.env.COLUMNS);
  if (Number.isInteger(given) && given > 0) return given;
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
const NARROW = /\p{Mn}|\p{Me}|\u200b|\u200c|\u200d/u;

const cellsOf = (character: string): number => (NARROW.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** The columns that text takes on a terminal. */
export function width(text: string): number {
  let cells = 0;
  for (const character of stripVTControlCharacters(text)) cells += cellsOf(character);
  return cells;
}

/** A line that fits, its colours closed. */
export function clip(line: string, max: number): string {
  if (width(line) <= max) return line;
  let cells = 0;
  let out = '';
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    if (part.startsWith('\u001b')) {
      out += part;
      continue;
    }
    for (const character of part) {
      cells += cellsOf(character);
      if (cells > max - 1) return `${out}…${out.includes('\u001b') ? '\u001b[0m' : ''}`;
      out += character;
    }
  }
  return out;
}

/** Rows as columns; a row is one line. */
export function formatTable(rows: string[][], indent = '', gap = '  '): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('\n', '\\n').replaceAll('\t', '\\t')));
  const widths: number[] = [];
  for (const row of cells) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))));
  return cells.map((row) => {
    const used = row.flatMap((cell, i) => (widths[i] === 0 ? [] : [cell + ' '.repeat(widths[i]! - width(cell))]));
    return (indent + used.join(gap)).trimEnd();
  });
}

export function printTable(rows: string[][], indent = '', gap = '  '): void {
  printFitting(formatTable(rows, indent, gap));
}

export function printFitting(lines: string[]): void {
  for (const line of lines) print(clip(line, columns()));
}

/** `3s`, `2m 5s`, `4h 10m`, `12d`. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`;
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
  return `${Math.floor(s / 86_400)}d ${Math.floor((s % 86_400) / 3600)}h`;
}

export const ago = (ms: number): string => `${duration(Date.now() - ms)} ago`;

/** `2026-11-22 14:03:07.120+01:00`: of the machine's clock, and said so, whatever the zones of schedules are. */
export function time(ms: number): string {
  const date = new Date(ms);
  const pad = (n: number, digits = 2): string => String(n).padStart(digits, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}${offset(-date.getTimezoneOffset())}`;

  function offset(minutes: number): string {
    if (minutes === 0) return 'Z';
    return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
  }
}

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
