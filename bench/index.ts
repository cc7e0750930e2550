/**
 * The benchmarks: of programs, and of the engine over PostgreSQL, each on a page of its own.
 *
 *     npm run bench                          all of programs
 *     npm run bench:engine                   all of the engine
 *     npm run bench -- --quick               a short run
 *     npm run bench -- compute calls         some groups
 *     npm run bench -- --write               writes the page too
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { calls } from './groups/calls.ts';
import { changes } from './groups/changes.ts';
import { compile } from './groups/compile.ts';
import { compute } from './groups/compute.ts';
import { resume } from './groups/resume.ts';
import type { Group } from './group.ts';
import { alone } from './engine/alone.ts';
import { bytes } from './engine/bytes.ts';
import { latency } from './engine/latency.ts';
import { processes } from './engine/processes.ts';
import { recovery } from './engine/recovery.ts';
import { retention } from './engine/retention.ts';
import { sleepers } from './engine/sleepers.ts';
import { throughput } from './engine/throughput.ts';
import { ENGINE_LIMITS, type Page, PROGRAM_LIMITS, writePage } from './page.ts';
import { isReached, printTable, type Table } from './table.ts';

const PAGES: Record<string, Page> = {
  programs: { groups: [compute, calls, resume, changes, compile], file: 'docs/benchmarks.md', title: 'Benchmarks', limits: PROGRAM_LIMITS },
  engine: { groups: [alone, throughput, processes, latency, sleepers, recovery, retention, bytes], file: 'docs/benchmarks-engine.md', title: 'Benchmarks of the engine', limits: ENGINE_LIMITS },
};

const { values: options, positionals } = parseArgs({
  options: {
    page: { type: 'string', default: 'programs' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const page = PAGES[options.page]!;
const unknown = positionals.filter((name) => !page.groups.some((group) => group.name === name));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}. Groups: ${page.groups.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
if (options.write && positionals.length > 0) {
  console.error('--write takes the figures of all groups from one run.');
  process.exit(2);
}

const results: { group: Group; tables: Table[] }[] = [];
for (const group of page.groups) {
  if (positionals.length > 0 && !positionals.includes(group.name)) continue;
  const tables = await group.run({ quick: options.quick });
  for (const table of tables) console.log(printTable(table));
  results.push({ group, tables });
}
const verdicts = results.flatMap(({ tables }) => tables.flatMap((table) => table.verdicts));
console.log(`${verdicts.filter(isReached).length} of ${verdicts.length} goals reached`);
if (options.write) writeFileSync(page.file, writePage(page, results, options.quick));
