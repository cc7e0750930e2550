/**
 * Random programs, each compared with plain Node in every execution.
 *
 *     npm run fuzz -- --seeds 20000 [--from 1] [--mode every] [--throwing 2]
 *
 * `--throwing N`: each program runs up to N times more, and in each of these runs one of its waits throws.
 * A program that does not end is one that diverges.
 */
import { parseArgs } from 'node:util';
import type { Mode } from '../test/support/harness.ts';
import { fuzz } from '../test/random-programs/fuzz.ts';

const PROGRESS_MS = 30_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    mode: { type: 'string' },
    throwing: { type: 'string', default: '2' },
  },
});

const options = {
  from: Number(values.from),
  count: Number(values.seeds),
  throwing: Number(values.throwing),
  ...(values.mode ? { mode: values.mode as Mode } : {}),
};
let told = Date.now();
let failures = 0;
const result = await fuzz(options, (done) => {
  for (const { seed, text } of done.failures.slice(failures)) console.log(`── seed ${seed}:\n${text}\n`);
  failures = done.failures.length;
  if (Date.now() - told < PROGRESS_MS) return;
  told = Date.now();
  console.log(`${done.programs} programs, ${failures} divergences`);
});
const { programs, rejected, runs, waits } = result;
console.log(`${programs} programs, ${rejected} rejected natively, ${runs} runs, ${waits} waits, ${failures} divergences`);
process.exitCode = failures > 0 ? 1 : 0;
