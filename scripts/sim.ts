/**
 * The seeded fault simulation of the engine.
 *
 *     npm run sim -- --seeds 20000 [--from 1]
 *     npm run sim -- --from SEED --seeds 1 --trace
 */
import { parseArgs } from 'node:util';
import { inTurn, simulate } from '../test/simulation/simulation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});

const from = Number(values.from);
const count = Number(values.seeds);
const total = { steps: 0, virtualMs: 0, runs: 0, cycles: 0, attempts: 0 };
const faults: Record<string, number> = {};
let violations = 0;
const began = performance.now();
for (let seed = from; seed < from + count; seed++) {
  const result = await inTurn(() => simulate(seed, { trace: values.trace }));
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += result[key];
  for (const [kind, times] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + times;
  if (values.trace) for (const line of result.trace) console.log(line);
  if (result.violations.length > 0) {
    violations++;
    console.log(`seed ${seed}:\n  ${result.violations.slice(0, 3).join('\n  ')}`);
    if (violations === 10) break;
  }
}
const seconds = (performance.now() - began) / 1000;
console.log(faults);
console.log(`${count} seeds, ${total.steps} steps, ${total.cycles} cycles, ${Object.values(faults).reduce((a, b) => a + b, 0)} faults, ${(total.virtualMs / 3.6e6).toFixed(2)} h, ${violations} violations, ${seconds.toFixed(1)} s`);
process.exitCode = violations > 0 ? 1 : 0;
