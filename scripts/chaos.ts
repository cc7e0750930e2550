/**
 * Chaos on a real PostgreSQL, of its own.
 *
 *     npm run chaos -- --minutes 10 [--seed N]
 *
 * The last line is a summary; with a violation the exit code is 1, and a file has the trace.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chaos, summary } from '../test/chaos/chaos.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});

console.log(`seed ${values.seed}`);
const report = await chaos({ minutes: Number(values.minutes), seed: Number(values.seed), tell: (line) => console.log(line) });
for (const violation of report.violations.slice(0, 20)) console.log(`violation: ${violation}`);
if (report.violations.length > 0) {
  const file = join(mkdtempSync(join(tmpdir(), 'perdure-chaos-')), 'trace.txt');
  writeFileSync(file, `${report.trace.join('\n')}\n`);
  console.log(`the trace is in ${file}`);
}
console.log(summary(report));
process.exit(report.violations.length === 0 ? 0 : 1);
