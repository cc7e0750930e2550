/**
 * Await-free code between two waits: what the barriers cost.
 */
import { inChild } from '../child.ts';
import { duel, effort, type Objects } from '../duel.ts';
import type { Group } from '../group.ts';
import { geometricMean, type Spread } from '../measure.ts';
import { showRatio, type Table, type Verdict } from '../table.ts';

const KERNELS = [
  'objects', 'arrays', 'dictionaries', 'strings', 'closures', 'classes', 'sorting', 'recursion', 'interpreter', 'orders',
  'generators', 'destructuring', 'iteration',
];

const STATES: { objects: Objects; counts: number[]; goal: number }[] = [
  { objects: 'young', counts: [1, 20, 500], goal: 1.15 },
  { objects: 'promoted', counts: [1, 20, 500], goal: 1.5 },
  { objects: 'mixed', counts: [1], goal: 1.5 },
];

/** In a child process. */
export const measure = (kernel: string, objects: Objects, counts: number[], quick: boolean): Promise<Spread[]> =>
  duel(`kernels/${kernel}`, objects, counts, effort(quick));

export const compute: Group = {
  name: 'compute',
  about: `Kernels compiled, against the same source with its types erased in plain Node: time compiled / time plain.
Young objects were made since the last checkpoint, promoted ones have survived one; 20 and 500 runs of the program
take turns in one worker; at mixed sites the same code meets young, promoted and restored objects. The checkpoint
itself is not in the time.`,

  async run({ quick }) {
    const tables: Table[] = [];
    for (const { objects, counts, goal } of STATES) {
      const columns: Spread[][] = [];
      for (const kernel of KERNELS) columns.push(await inChild<Spread[]>(import.meta.url, kernel, objects, counts, quick));
      const names = counts.map((count) => (count === 1 ? 'one run' : `${count} runs`));
      tables.push({
        title: `Compute, ${objects} objects: compiled / plain Node`,
        head: ['kernel', ...names],
        rows: KERNELS.map((kernel, i) => [kernel, ...columns[i]!.map(showRatio)]),
        verdicts: counts.map(
          (_, i): Verdict => ({
            what: `geometric mean, ${objects}, ${names[i]}`,
            value: geometricMean(columns.map((spreads) => spreads[i]!.median)),
            goal: { atMost: goal },
          }),
        ),
      });
    }
    return tables;
  },
};
