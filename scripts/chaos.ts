/**
 * Chaos on a real PostgreSQL, of its own.
 *
 *     npm run chaos -- --minutes 10 [--seed N] [--failover]
 *
 * With --failover the server has a replica, which takes its place now and then.
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
    failover: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});

const { minutes, seed, failover } = values;
console.log(`seed ${seed}`);
const report = await chaos({ minutes: Number(minutes), seed: Number(seed), failover, tell: (line) => console.log(line) });
if (report.violations.length > 0) {
  const file = join(mkdtempSync(join(tmpdir(), 'perdure-chaos-')), 'trace.txt');
  writeFileSync(file, `${report.trace.join('\n')}\n`);
  console.log(`the trace is in ${file}`);
}
console.log(summary(report));
process.exit(report.violations.length === 0 ? 0 : 1);
