/**
 * Mutated sources: each is refused with a diagnostic, or makes a program that does what plain Node does.
 *
 *     npm run fuzz:compiler -- --seeds 20000 [--from 1]
 */
import { parseArgs } from 'node:util';
import { fuzzCompiler } from '../test/compiler-fuzz/fuzz-compiler.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '2000' }, from: { type: 'string', default: '1' } } });

const PROGRESS_MS = 30_000;

let told = 0;
let last = Date.now();
const report = await fuzzCompiler(Number(values.from), Number(values.seeds), ({ sources, findings }) => {
  for (const { seed, what, source } of findings.slice(told)) console.log(`── seed ${seed}: ${what}\n${source}\n`);
  told = findings.length;
  if (Date.now() - last < PROGRESS_MS) return;
  last = Date.now();
  console.log(`${sources} sources, ${told} findings`);
});
const refused = Object.entries(report.refused).sort((a, b) => b[1] - a[1]);
console.log(`refused: ${refused.map(([code, n]) => `${code} ${n}`).join(', ')}`);
console.log(
  `${report.sources} sources: ${refused.reduce((sum, [, n]) => sum + n, 0)} refused, ${report.same} ran as in plain Node, ` +
    `${report.compiled} compiled, ${report.endless} did not end, ${report.findings.length} findings`,
);
process.exitCode = report.findings.length > 0 ? 1 : 0;
