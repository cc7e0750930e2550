/**
 * The import example: a file of some thousand rows.
 *
 *     node --import tsx --import perdure/register examples/import/main.ts [file] [folder]
 */
import { fileURLToPath } from 'node:url';
import { open } from 'perdure/engine';
import { effectsFor } from './effects.ts';
import * as imports from './import.wf.ts';

const file = process.argv[2] ?? fileURLToPath(new URL('sales.csv', import.meta.url));
const engine = await open({ store: process.env.DATABASE_URL ?? '.perdure' });
engine.provide(imports, effectsFor(process.argv[3] ?? '.perdure-import'));
await engine.work();

const run = await engine.start(imports.importSales, { args: [file] });
const { rows, batches, regions, best, refused } = await run.result();
console.log(`${rows} rows stored in ${batches} batches, ${refused.length} refused; best seller: ${best}`);
for (const { region, sales, cents } of regions) console.log(`  ${region.padEnd(10)}${sales} sales, ${(cents / 100).toFixed(2)}`);
for (const { line, why } of refused) console.log(`  line ${line}: ${why}`);
await engine.close();
