/**
 * The load of the soak: what most runs do, over and over; and runs that sleep for good.
 */
import { channel, sleep } from 'perdure';

export declare function act(step: number): Promise<number>;

export const letters = channel<number>('letters');

/** Effects, one of them retried, a timer, a message. */
export async function order(steps: number) {
  const undo: (() => Promise<number>)[] = [];
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    sum += await act(step);
    undo.push(() => act(-step));
  }
  await sleep(20);
  const letter = await letters.receive();
  while (undo.length > steps - 1) await undo.pop()!();
  return sum + letter;
}

export async function sleeper() {
  await sleep('30 days');
}
