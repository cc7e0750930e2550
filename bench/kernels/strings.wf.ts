/** Strings: a log file is made, split, matched, and a report is written. */
export function setup(): { lines: string[] } {
  const lines: string[] = [];
  for (let i = 0; i < 600; i++) {
    lines.push(`2026-11-${10 + (i % 20)} host${i % 13} ${i % 3 === 0 ? 'ERROR' : 'info'} request=${i * 37} took ${(i * 91) % 1000}ms`);
  }
  return { lines };
}

const hash = (text: string): number => {
  let value = 7;
  for (let i = 0; i < text.length; i++) value = (value * 31 + text.charCodeAt(i)) | 0;
  return value;
};

export function work({ lines }: { lines: string[] }): number {
  let report = '';
  let slowest = 0;
  for (const line of lines) {
    const [date, machine, level] = line.split(' ');
    const took = /took (\d+)ms$/.exec(line);
    slowest = Math.max(slowest, Number(took?.[1] ?? 0));
    if (level === 'ERROR') report += `${date!.slice(8)}:${machine!.toUpperCase().padEnd(8, '.')}|`;
  }
  const words = report.replace(/HOST/g, 'h').split('|');
  return hash(words.join(',')) + hash(lines.join('\n')) + slowest;
}
