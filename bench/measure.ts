/**
 * Measuring on a machine that others use too: two sides in turn, so that both see the same weather; what counts is
 * the ratio within a round, and of the rounds the median, with the least and the most.
 */

export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/**
 * CPU time of this process, in ms: for what only computes. Unlike the time on the wall it does not count how long
 * others had the core.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** One short piece of work of one side: how long it took, in ms. */
export type Side = () => number | Promise<number>;

/**
 * The ratio `ours / theirs`. A round is so many pairs of pieces, a few ms each, in turn: a shared machine is fast
 * for a moment and slow for the next, and a moment is some tens of ms.
 */
export async function ratio(ours: Side, theirs: Side, rounds: number, pairs: number): Promise<Spread> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    collectYoung();
    let a = 0;
    let b = 0;
    for (let pair = 0; pair < pairs; pair++) {
      if (pair % 2 === 0) a += await ours();
      b += await theirs();
      if (pair % 2 === 1) a += await ours();
    }
    ratios.push(a / b);
  }
  return spreadOf(ratios);
}

/** Runs both sides in turn, equally often, until they have had `ms` together. Returns the time of the last piece. */
export async function warmUp(ours: Side, theirs: Side, ms: number): Promise<number> {
  const until = performance.now() + ms;
  let last: number;
  do {
    last = await ours();
    last = Math.max(last, await theirs());
  } while (performance.now() < until);
  return last;
}

/** No round shall pay for the garbage of the one before it. */
function collectYoung(): void {
  (globalThis as { gc?: (options: { type: 'minor' }) => void }).gc?.({ type: 'minor' });
}
