/**
 * What people see: colours only on a terminal, columns that line up, nothing that could steer the terminal.
 */

const colorful = process.stdout.isTTY === true && !process.env.NO_COLOR;

const paint =
  (open: number, close: number) =>
  (text: string): string =>
    colorful ? `\u001b[${open}m${text}\u001b[${close}m` : text;

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const red = paint(31, 39);
export const green = paint(32, 39);
export const yellow = paint(33, 39);
export const cyan = paint(36, 39);

export const isColorful = (): boolean => colorful;

/** Text from a database, without control characters. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

const width = (text: string): number => text.replaceAll(/\u001b\[\d+m/g, '').length;

/** Rows as columns, two spaces apart. */
export function printTable(rows: string[][], indent = ''): void {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat(widths[i]! - width(cell))));
    print((indent + cells.join('  ')).trimEnd());
  }
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

/** `2026-11-22 14:03:07.120` in local time. */
export function time(ms: number): string {
  const date = new Date(ms);
  const pad = (n: number, digits = 2): string => String(n).padStart(digits, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}
