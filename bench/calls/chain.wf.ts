/** A chain of awaited calls, a hundred deep. */
export const setup = (): null => null;

async function descend(n: number): Promise<number> {
  return n === 0 ? 0 : 1 + (await descend(n - 1));
}

export async function work(): Promise<number> {
  let sum = 0;
  for (let i = 0; i < 100; i++) sum += await descend(100);
  return sum;
}
