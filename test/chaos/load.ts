/**
 * The runs of the chaos loop: what is started, and what must come of each, worked out without running it.
 */
import { expectedOf as expectedOfLoad, Expectation, type Expected, type Wanted } from '../kill/expected.ts';
import type { Random } from '../support/random.ts';

export interface ChaosRun extends Wanted {
  workflow: (typeof WORKFLOWS)[number];
  /** Of a `collect`: how many messages the store has taken for sure. Of a `stops` or `answers`: 1 when it was asked to stop, or is being asked. */
  sent: number;
}

const WORKFLOWS = ['sequence', 'fan', 'collect', 'books', 'family', 'stops', 'scopes', 'errands', 'approvals', 'answers'] as const;

export function drawRun(random: Random, n: number): ChaosRun {
  const workflow = WORKFLOWS[n % WORKFLOWS.length]!;
  const id = `${workflow}-${n}`;
  const numbers = {
    sequence: () => [4 + random.below(8)],
    fan: () => [2 + random.below(3), 1 + random.below(2)],
    collect: () => [4 + random.below(8)],
    books: () => [2 + random.below(5)],
    family: () => [1 + random.below(3)],
    stops: () => [],
    scopes: () => [1 + random.below(3)],
    errands: () => [1 + random.below(5)],
    approvals: () => [1 + random.below(3)],
    answers: () => [1 + random.below(4)],
  }[workflow]();
  return { id, workflow, args: [id, ...numbers], sent: 0 };
}

/** Of the workflows of `chaos.wf.ts`, and of those that it has from the kill loop. */
export function expectedOf(run: ChaosRun): Expected {
  const { id, workflow, args: [, count = 0] } = run;
  const expectation = new Expectation(id);
  const happen = expectation.happen.bind(expectation);
  switch (workflow) {
    case 'books':
      return expectation.completed(Array.from({ length: count }, (_, step) => happen('book', step, 3 * (step + 1))).reduce((a, b) => a + b, 0));
    case 'errands':
    case 'approvals': {
      const effect = workflow === 'errands' ? 'carry' : 'approve';
      return expectation.completed(Array.from({ length: count }, (_, step) => happen(effect, step, 3 * (step + 1))).reduce((a, b) => a + b, 0));
    }
    case 'answers':
      return expectation.completed(Array.from({ length: count }, (_, step) => happen('answer', step, step + 1)).reduce((a, b) => a + b, 0));
    case 'family':
      return expectation.completed([
        Array.from({ length: count }, (_, step) => happen('pay', step, 3 * step) + happen('note', 500 + step, 501 + step)),
        [0, 1, 2],
      ]);
    case 'stops':
      happen('pay', 0, 3);
      happen('note', 900, 901);
      return { status: 'cancelled', value: 'CancelledError', effects: expectation.effects };
    case 'scopes':
      for (let round = 0; round < count; round++) {
        happen('pay', round, 3 * (round + 1));
        happen('note', 100 + round, 101 + round);
      }
      return expectation.completed(Array.from({ length: count }, () => 'TimeoutError').join());
    default:
      return expectedOfLoad(run);
  }
}
