/**
 * The load of the chaos loop: that of the kill loop, and what it has not: transactions, queues, tokens, questions, child runs, cancellation,
 * scopes, ticks.
 */
import { channel, type Question, scope, sleep, start, withTimeout } from 'perdure';
import { collect, fan, note, numbers, pay, sequence } from '../kill/load.wf.ts';

export { collect, fan, sequence };

/** A transaction. Returns three times the amount. */
export declare function book(run: string, step: number, amount: number): Promise<number>;

/** Made by who serves a queue. Returns three times the amount. */
export declare function carry(run: string, step: number, amount: number): Promise<number>;
/** Completed from outside, with three times the amount; or nobody does, in time. */
export declare function approve(run: string, step: number, amount: number): Promise<number>;

export const questions = channel<Question<number, number>>('questions');
export const never = channel<string>('never');

/** Transactions between timers. */
export async function books(run: string, count: number) {
  let sum = 0;
  for (let step = 0; step < count; step++) {
    sum += await book(run, step, step + 1);
    if (step % 2 === 1) await sleep(10);
  }
  return sum;
}

export async function errands(run: string, count: number) {
  const carried = await Promise.all(Array.from({ length: count }, (_, step) => carry(run, step, step + 1)));
  return carried.reduce((a, b) => a + b, 0);
}

/** Asks until somebody approves. */
export async function approvals(run: string, count: number) {
  let sum = 0;
  for (let step = 0; step < count; ) {
    try {
      sum += await approve(run, step, step + 1);
      step++;
    } catch {
      await sleep(10);
    }
  }
  return sum;
}

/** Is asked for three times a number. */
export async function answers(_run: string, count: number) {
  let sum = 0;
  for (let number = 0; number < count; number++) {
    const question = await questions.receive();
    sum += question.message;
    question.reply(question.message * 3);
  }
  return sum;
}

export async function small(run: string, step: number) {
  return (await pay(run, step, step)) + (await note(run, 500 + step));
}

/** Children side by side, one of which is sent its messages by its parent. */
export async function family(run: string, count: number) {
  const children = await Promise.all(Array.from({ length: count }, (_, step) => start(small, [run, step], { id: `${run}-${step}` })));
  const collector = await start(collect, [`${run}-collect`, 3], { id: `${run}-collect` });
  for (let number = 0; number < 3; number++) await collector.send(numbers, number);
  const results = await Promise.all(children.map((child) => child.result()));
  return [results, (await collector.result()).order];
}

/** Waits until it is cancelled, and cleans up. */
export async function stops(run: string) {
  const undo: (() => Promise<number>)[] = [];
  try {
    await pay(run, 0, 1);
    undo.push(() => note(run, 900));
    await never.receive();
  } finally {
    while (undo.length > 0) await undo.pop()!();
  }
}

/** Scopes that end what they began, or that time out. */
export async function scopes(run: string, rounds: number) {
  const seen: string[] = [];
  for (let round = 0; round < rounds; round++) {
    try {
      await withTimeout(30, async () => void (await never.receive()));
    } catch (error) {
      seen.push((error as Error).name);
    }
    await scope(async (s) => {
      void s.run(async () => {
        try {
          await never.receive();
        } finally {
          await note(run, 100 + round);
        }
      });
      await pay(run, round, round + 1);
    });
  }
  return seen.join();
}

/** What a schedule begins. */
export async function tick() {
  await sleep(5);
  return 'ticked';
}
