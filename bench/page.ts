/**
 * `docs/benchmarks.md`, from the results.
 */
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { Group } from './group.ts';
import { type Table, writeMarkdown } from './table.ts';

const HOW = `Every figure is a ratio of two things measured in the same process or on the same server, in turn, so that both
see the same weather: other machines give other times but much the same ratios. A cell shows the median of the
rounds and, in brackets, the least and the most. \`npm run bench\` measures again, \`npm run bench -- --quick\` in a
short run, \`npm run bench -- --write\` writes this page.`;

export function writePage(results: { group: Group; tables: Table[] }[], quick: boolean): string {
  const [cpu] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? arch()}, ${gib} GiB, ${platform()} ${release()}`;
  return `${[
    '# Benchmarks',
    `Measured on ${new Date().toISOString().slice(0, 10)} with Node ${process.version} on ${machine}${quick ? ' (a short run)' : ''}.`,
    HOW,
    ...results.flatMap(({ group, tables }) => [`## ${title(group.name)}`, group.about, ...tables.map(writeMarkdown)]),
  ].join('\n\n')}\n`;
}

const title = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
