/**
 * Random programs, each compared with plain Node in every execution.
 *
 *     npm run fuzz -- --seeds 20000 [--from 1] [--mode every] [--throwing 2]
 *
 * `--throwing N`: each program runs up to N times more, and in each of these runs one of its waits throws.
 */
import { parseArgs } from 'node:util';
import type { Mode } from '../test/support/harness.ts';
import { fuzz } from '../test/random-programs/fuzz.ts';

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
const result = await fuzz(options, ({ programs }) => {
  if (programs % 500 === 0) console.log(`${programs} programs`);
});
if (result.failure) {
  console.log(result.failure);
  console.log(`seed ${result.seed} failed`);
  process.exitCode = 1;
} else {
  const { programs, rejected, runs, waits } = result;
  console.log(`${programs} programs, ${rejected} rejected natively, ${runs} runs, ${waits} waits, 0 divergences`);
}
