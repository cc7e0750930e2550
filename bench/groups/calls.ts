/**
 * Async calls that nothing outside has to answer: compiled machines against V8's own async functions.
 */
import { inChild } from '../child.ts';
import { duel, effort } from '../duel.ts';
import type { Group } from '../group.ts';
import type { Spread } from '../measure.ts';
import { showRatio, type Verdict } from '../table.ts';

const CALLS: { file: string; what: string; goal: number }[] = [
  { file: 'chain', what: 'chain of 100 awaited calls', goal: 0.5 },
  { file: 'loop', what: 'loop of awaited calls', goal: 1 },
  { file: 'many', what: 'calls among fifteen functions', goal: 1 },
  { file: 'methods', what: 'awaited methods and closures', goal: 1 },
  { file: 'loops', what: 'loops with awaits', goal: 1 },
  { file: 'all', what: 'Promise.all of 100 calls', goal: 1 },
  { file: 'promises', what: 'promises as values', goal: 1.5 },
  { file: 'stream', what: 'for await over two async generators', goal: 1.5 },
];

/** In a child process. */
export const measure = (file: string, quick: boolean): Promise<Spread[]> =>
  duel(`calls/${file}`, 'young', [1], effort(quick));

export const calls: Group = {
  name: 'calls',
  about: `Async calls within one cycle: time compiled / time of V8's own async functions on the same source.`,

  async run({ quick }) {
    const spreads: Spread[] = [];
    for (const { file } of CALLS) spreads.push(...(await inChild<Spread[]>(import.meta.url, file, quick)));
    return [
      {
        title: 'Async calls: compiled / V8',
        head: ['', 'ratio'],
        rows: CALLS.map(({ what }, i) => [what, showRatio(spreads[i]!)]),
        verdicts: CALLS.map(({ what, goal }, i): Verdict => ({ what, value: spreads[i]!.median, goal: { atMost: goal } })),
      },
    ];
  },
};
