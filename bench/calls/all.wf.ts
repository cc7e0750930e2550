/** Promise.all of a hundred calls. */
export const setup = (): null => null;

async function item(n: number): Promise<number> {
  const half = await n;
  return half + 1;
}

export async function work(): Promise<number> {
  let sum = 0;
  for (let round = 0; round < 50; round++) {
    const calls: Promise<number>[] = [];
    for (let i = 0; i < 100; i++) calls.push(item(i));
    for (const value of await Promise.all(calls)) sum += value;
  }
  return sum;
}
