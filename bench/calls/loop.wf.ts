/** A loop of awaited calls, some of which await again. */
export const setup = (): null => null;

async function price(n: number): Promise<number> {
  return n % 10;
}

async function item(n: number): Promise<number> {
  const net = await price(n);
  return net + 1;
}

export async function work(): Promise<number> {
  let sum = 0;
  for (let i = 0; i < 5000; i++) sum += await item(i);
  return sum;
}
