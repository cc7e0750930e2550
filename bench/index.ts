/**
 * The benchmarks.
 *
 *     npm run bench                          everything
 *     npm run bench -- --quick               a short run
 *     npm run bench -- compute calls         some groups
 *     npm run bench -- --write               writes docs/benchmarks.md too
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { calls } from './groups/calls.ts';
import { changes } from './groups/changes.ts';
import { compile } from './groups/compile.ts';
import { compute } from './groups/compute.ts';
import { effects } from './groups/effects.ts';
import { resume } from './groups/resume.ts';
import { throughput } from './groups/throughput.ts';
import type { Group } from './group.ts';
import { writePage } from './page.ts';
import { isReached, printTable, type Table } from './table.ts';

const GROUPS: Group[] = [compute, calls, effects, resume, changes, compile, throughput];

const { values: options, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !GROUPS.some((group) => group.name === name));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}. Groups: ${GROUPS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
if (options.write && positionals.length > 0) {
  console.error('--write takes the figures of all groups from one run.');
  process.exit(2);
}

const results: { group: Group; tables: Table[] }[] = [];
for (const group of GROUPS) {
  if (positionals.length > 0 && !positionals.includes(group.name)) continue;
  const tables = await group.run({ quick: options.quick });
  for (const table of tables) console.log(printTable(table));
  results.push({ group, tables });
}
const verdicts = results.flatMap(({ tables }) => tables.flatMap((table) => table.verdicts));
console.log(`${verdicts.filter(isReached).length} of ${verdicts.length} goals reached`);
if (options.write) writeFileSync('docs/benchmarks.md', writePage(results, options.quick));
