/**
 * A mixed load: sequences, parallel tasks, messages and timers, with state in closures, Maps and class instances.
 */
import { channel, sleep } from 'perdure';

/** Not idempotent: money. Returns three times the amount. */
export declare function pay(run: string, step: number, amount: number): Promise<number>;
/** Idempotent. Returns the step plus one. */
export declare function note(run: string, step: number): Promise<number>;
/** Refused at its first attempt, without harm; then as `pay`. */
export declare function moody(run: string, step: number, amount: number): Promise<number>;

export const numbers = channel<number>('numbers');

class Ledger {
  #sums = new Map<string, number>();

  add(account: string, amount: number): this {
    this.#sums.set(account, (this.#sums.get(account) ?? 0) + amount);
    return this;
  }

  get sums(): [string, number][] {
    return [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** One step after the other; the last three are undone by closures. */
export async function sequence(run: string, steps: number) {
  const ledger = new Ledger();
  const undo: (() => Promise<unknown>)[] = [];
  for (let step = 0; step < steps; step++) {
    const amount = step % 3 === 0 ? await pay(run, step, 10 + step) : await note(run, step);
    ledger.add(step % 2 === 0 ? 'even' : 'odd', amount);
    undo.push(async () => ledger.add('undone', await note(run, 1000 + step)));
    if (step % 4 === 3) await sleep(5);
  }
  try {
    throw new Error('enough');
  } catch {
    while (undo.length > steps - 3) await undo.pop()!();
  }
  return ledger.sums;
}

/** Rounds of parallel tasks that share what they gather. */
export async function fan(run: string, width: number, rounds: number) {
  const gathered = new Set<number>();
  const perRound: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const sums = await Promise.all(
      Array.from({ length: width }, async (_, task) => {
        const step = round * 100 + task;
        const paid = task % 2 === 0 ? await pay(run, step, step) : await moody(run, step, step);
        gathered.add(step);
        return paid + (await note(run, 10_000 + step));
      }),
    );
    perRound.push(sums.reduce((a, b) => a + b, 0));
  }
  return { gathered: gathered.size, perRound };
}

/** Messages between timers; one that comes twice is told by its number. */
export async function collect(run: string, count: number) {
  const seen = new Map<number, { times: number }>();
  const order: number[] = [];
  while (order.length < count) {
    const number = await numbers.receive({ timeout: '40ms' });
    if (number === undefined) continue;
    const known = seen.get(number);
    if (known) {
      known.times++;
      continue;
    }
    seen.set(number, { times: 1 });
    order.push(number);
    if (number % 5 === 4) await note(run, number);
  }
  return { order, twice: [...seen.values()].filter(({ times }) => times > 1).length };
}
