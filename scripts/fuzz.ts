/**
 * Random programs, each compared with plain Node in every execution.
 *
 *     npm run fuzz -- --seeds 20000 [--from 1] [--mode every]
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../test/support/fuzz.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '2000' }, from: { type: 'string', default: '1' }, mode: { type: 'string' } },
});

const result = await fuzz(Number(values.from), Number(values.seeds), values.mode as 'every' | undefined, (done) => {
  if (done % 500 === 0) console.log(`${done} programs`);
});
if (result.failure) {
  console.log(result.failure);
  console.log(`seed ${result.seed} failed`);
  process.exitCode = 1;
} else {
  console.log(`${result.programs} programs, ${result.rejected} rejected natively, 0 divergences`);
}
