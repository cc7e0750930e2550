/**
 * What must come of the runs of a load, worked out without running them; and what is wrong with what has come of one.
 */
import { isDeepStrictEqual } from 'node:util';

export interface Wanted {
  id: string;
  workflow: string;
  /** Its id, and numbers. */
  args: [string, ...number[]];
}

export interface Expected {
  status: string;
  value: unknown;
  /** Every effect that must happen once: `run effect step`. */
  effects: string[];
}

/** Works out what a run does: notes each effect that it makes, and returns what that returns. */
export class Expectation {
  readonly effects: string[] = [];
  private readonly run: string;

  constructor(run: string) {
    this.run = run;
  }

  happen(effect: string, step: number, value: number): number {
    this.effects.push(`${this.run} ${effect} ${step}`);
    return value;
  }

  completed(value: unknown): Expected {
    return { status: 'completed', value, effects: this.effects };
  }
}

/** Of the workflows of `load.wf.ts`. */
export function expectedOf({ id, workflow, args: [, first = 0, second = 0] }: Wanted): Expected {
  const expectation = new Expectation(id);
  const happen = expectation.happen.bind(expectation);
  switch (workflow) {
    case 'sequence': {
      const sums = { even: 0, odd: 0, undone: 0 };
      for (let step = 0; step < first; step++) {
        sums[step % 2 === 0 ? 'even' : 'odd'] += step % 3 === 0 ? happen('pay', step, 3 * (10 + step)) : happen('note', step, step + 1);
      }
      for (let step = first - 1; step >= first - 3; step--) sums.undone += happen('note', 1000 + step, 1001 + step);
      return expectation.completed(Object.entries(sums));
    }
    case 'fan': {
      const perRound = Array.from({ length: second }, (_, round) =>
        Array.from({ length: first }, (__, task) => {
          const step = round * 100 + task;
          return happen(task % 2 === 0 ? 'pay' : 'moody', step, 3 * step) + happen('note', 10_000 + step, 10_001 + step);
        }).reduce((a, b) => a + b, 0),
      );
      return expectation.completed({ gathered: first * second, perRound });
    }
    case 'collect':
      for (let number = 4; number < first; number += 5) happen('note', number, number + 1);
      return expectation.completed({ order: Array.from({ length: first }, (_, number) => number), twice: 0 });
    default:
      throw new Error(`nobody knows what comes of ${workflow}`);
  }
}

export interface Happened {
  run: string;
  effect: string;
  step: number;
  key: string;
}

/** What is wrong with one run. */
export function judgeRun(run: string, { status, value, effects }: Expected, outcome: { status: string; value: unknown } | undefined, happened: Happened[]): string[] {
  const wrong: string[] = [];
  if (!isDeepStrictEqual(outcome, { status, value })) wrong.push(`${run} ended with ${JSON.stringify(outcome)}, not with ${JSON.stringify({ status, value })}`);
  // An idempotent effect may have been carried out again, under the same key; the others never.
  const keys = happened.filter(({ effect }) => effect !== 'note').map(({ key }) => key);
  for (const key of new Set(keys)) if (keys.filter((one) => one === key).length > 1) wrong.push(`${run}: ${key} has happened more than once`);
  const once = [...new Map(happened.map((one) => [one.key, `${one.run} ${one.effect} ${one.step}`])).values()].sort();
  if (!isDeepStrictEqual(once, [...effects].sort())) wrong.push(`${run}: outside there happened ${once.join(', ')}, not ${effects.join(', ')}`);
  return wrong;
}
