/**
 * A steady load for as long as one likes, and whether memory, tables, dead rows and the latency of claims stay what they are.
 *
 *     npm run soak -- --minutes 15 [--rate 20]
 *
 * The last line is a summary; the exit code is 1 if something grows.
 */
import { parseArgs } from 'node:util';
import { compare, soak, WATCHED, type Sample } from '../test/soak/soak.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '15' }, rate: { type: 'string', default: '20' } } });

const { samples, growing } = await soak({ minutes: Number(values.minutes), rate: Number(values.rate), tell: (line) => console.log(line) });
const figures = Object.entries(WATCHED).map(([of, name]) => {
  const [middle, end] = compare(samples, of as keyof Sample);
  return `${name} ${middle.toFixed(1)} → ${end.toFixed(1)}`;
});
console.log(`soak: ${values.minutes} minutes at ${values.rate} runs a second: ${figures.join(', ')}; ${growing.length === 0 ? 'flat' : `growing: ${growing.join(', ')}`}`);
process.exit(growing.length === 0 ? 0 : 1);
