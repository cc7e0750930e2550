/**
 * The runs of the chaos loop: what is started, and what must come of each, worked out without running it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../support/random.ts';

export interface ChaosRun {
  id: string;
  workflow: 'sequence' | 'fan' | 'collect' | 'books' | 'family' | 'stops' | 'scopes';
  args: [string, ...number[]];
  /** Of a `collect`: how many messages the store has taken for sure. Of a `stops`: 1 when it was asked to stop. */
  sent: number;
}

export function drawRun(random: Random, n: number): ChaosRun {
  const workflow = (['sequence', 'fan', 'collect', 'books', 'family', 'stops', 'scopes'] as const)[n % 7]!;
  const id = `${workflow}-${n}`;
  const numbers = {
    sequence: () => [4 + random.below(8)],
    fan: () => [2 + random.below(3), 1 + random.below(2)],
    collect: () => [4 + random.below(8)],
    books: () => [2 + random.below(5)],
    family: () => [1 + random.below(3)],
    stops: () => [],
    scopes: () => [1 + random.below(3)],
  }[workflow]();
  return { id, workflow, args: [id, ...numbers], sent: 0 };
}

export interface Expected {
  status: string;
  value: unknown;
  /** Every effect that must happen once: `run effect step`. */
  effects: string[];
}

export function expectedOf({ workflow, args: [id, first = 0, second = 0] }: ChaosRun): Expected {
  const effects: string[] = [];
  const happen = (effect: string, step: number, value: number, run = id): number => {
    effects.push(`${run} ${effect} ${step}`);
    return value;
  };
  const completed = (value: unknown): Expected => ({ status: 'completed', value, effects });
  switch (workflow) {
    case 'sequence': {
      const sums = { even: 0, odd: 0, undone: 0 };
      for (let step = 0; step < first; step++) {
        sums[step % 2 === 0 ? 'even' : 'odd'] += step % 3 === 0 ? happen('pay', step, 3 * (10 + step)) : happen('note', step, step + 1);
      }
      for (let step = first - 1; step >= first - 3; step--) sums.undone += happen('note', 1000 + step, 1001 + step);
      return completed(Object.entries(sums));
    }
    case 'fan': {
      const perRound = Array.from({ length: second }, (_, round) =>
        Array.from({ length: first }, (__, task) => {
          const step = round * 100 + task;
          return happen(task % 2 === 0 ? 'pay' : 'moody', step, 3 * step) + happen('note', 10_000 + step, 10_001 + step);
        }).reduce((a, b) => a + b, 0),
      );
      return completed({ gathered: first * second, perRound });
    }
    case 'collect':
      for (let number = 4; number < first; number += 5) happen('note', number, number + 1);
      return completed({ order: Array.from({ length: first }, (_, number) => number), twice: 0 });
    case 'books':
      return completed(Array.from({ length: first }, (_, step) => happen('book', step, 3 * (step + 1))).reduce((a, b) => a + b, 0));
    case 'family':
      return completed([
        Array.from({ length: first }, (_, step) => happen('pay', step, 3 * step) + happen('note', 500 + step, 501 + step)),
        [0, 1, 2],
      ]);
    case 'stops':
      happen('pay', 0, 3);
      happen('note', 900, 901);
      return { status: 'cancelled', value: 'CancelledError', effects };
    default:
      for (let round = 0; round < first; round++) {
        happen('pay', round, 3 * (round + 1));
        happen('note', 100 + round, 101 + round);
      }
      return completed(Array.from({ length: first }, () => 'TimeoutError').join());
  }
}

export interface Happened {
  run: string;
  effect: string;
  step: number;
  key: string;
}

/** What is wrong with one run. */
export function judgeRun(run: ChaosRun, outcome: { status: string; value: unknown } | undefined, happened: Happened[]): string[] {
  const { status, value, effects } = expectedOf(run);
  const wrong: string[] = [];
  if (!isDeepStrictEqual(outcome, { status, value })) wrong.push(`${run.id} ended with ${JSON.stringify(outcome)}, not with ${JSON.stringify({ status, value })}`);
  // An idempotent effect may have been carried out again, under the same key; the others never.
  const keys = happened.filter(({ effect }) => effect !== 'note').map(({ key }) => key);
  for (const key of new Set(keys)) if (keys.filter((one) => one === key).length > 1) wrong.push(`${run.id}: ${key} has happened more than once`);
  const once = [...new Map(happened.map((one) => [one.key, `${one.run} ${one.effect} ${one.step}`])).values()].sort();
  if (!isDeepStrictEqual(once, [...effects].sort())) wrong.push(`${run.id}: outside there happened ${once.join(', ')}, not ${effects.join(', ')}`);
  return wrong;
}
