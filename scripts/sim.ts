/**
 * The seeded fault simulation of the engine.
 *
 *     npm run sim -- --seeds 20000 [--from 1]
 *     npm run sim -- --from SEED --seeds 1 --trace     what happens in one seed
 *     npm run sim -- --planted [--only TEXT]           are known bugs found?
 *
 * The last line is a summary; the exit code is 1 if there is a violation, or a bug that is not found.
 */
import { parseArgs } from 'node:util';
import { PLANTED } from '../test/simulation/planted.ts';
import { findPlanted, simulateMany } from '../test/simulation/seeds.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const VIOLATIONS_MAX = 10;

async function planted(): Promise<boolean> {
  let missed = 0;
  const bugs = PLANTED.filter(({ name }) => name.includes(values.only));
  if (bugs.length === 0) throw new Error(`No planted bug has '${values.only}' in its name.`);
  for (const bug of bugs) {
    const found = await findPlanted(bug);
    if (found) console.log(`seed ${String(found.seed).padStart(4)}  ${bug.name}\n           ${found.violation.slice(0, 160)}`);
    else console.log(`NOT FOUND  ${bug.name}`);
    missed += found ? 0 : 1;
  }
  console.log(`${bugs.length} bugs planted, ${missed} not found`);
  return missed === 0;
}

function wholeNumber(option: 'seeds' | 'from'): number {
  const number = Number(values[option]);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${option} takes a whole number from 1 on.`);
  return number;
}

async function seeds(): Promise<boolean> {
  const began = performance.now();
  const total = await simulateMany(wholeNumber('from'), wholeNumber('seeds'), {
    trace: values.trace,
    violationsMax: VIOLATIONS_MAX,
    each: ({ seed, violations, trace }) => {
      for (const line of trace) console.log(line);
      if (violations.length > 0) console.log(`seed ${seed}:\n  ${violations.slice(0, 3).join('\n  ')}`);
    },
  });
  const faults = Object.values(total.faults).reduce((sum, times) => sum + times, 0);
  console.log(Object.entries(total.faults).sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, times]) => `${kind} ${times}`).join(', '));
  console.log(
    `${total.seeds} seeds, ${total.runs} runs, ${total.cycles} cycles, ${total.attempts} attempts, ${total.steps} steps, ${faults} faults, ` +
      `${(total.virtualMs / 3.6e6).toFixed(1)} virtual hours, ${((performance.now() - began) / 1000).toFixed(1)} s; ${total.violations} violations`,
  );
  return total.violations === 0;
}

process.exitCode = (await (values.planted ? planted() : seeds())) ? 0 : 1;
