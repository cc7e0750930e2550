/** Promises as values: begun and awaited later, handlers, executors, returned and raced ones. */
export const setup = (): null => null;

async function later(n: number): Promise<number> {
  await null;
  return n + 1;
}

async function passes(n: number): Promise<number> {
  return later(n);
}

const double = (n: number): number => n * 2;

export async function work(): Promise<number> {
  let sum = 0;
  for (let i = 0; i < 300; i++) {
    const one = later(i);
    const two = passes(i);
    sum += (await one) + (await two);
    sum += await later(i).then(double).then(double);
    sum += await new Promise<number>((resolve) => resolve(i));
    sum += await Promise.race([later(i), later(i + 1)]);
    for (const result of await Promise.allSettled([later(i), passes(i)])) sum += result.status === 'fulfilled' ? result.value : 0;
  }
  return sum;
}
