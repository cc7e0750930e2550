/** Async generators: a source, a step over it, and a `for await` at its end. */
export const setup = (): null => null;

async function* numbers(to: number): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) yield i;
}

async function* doubled(source: AsyncIterable<number>): AsyncGenerator<number> {
  for await (const n of source) yield n * 2;
}

export async function work(): Promise<number> {
  let sum = 0;
  for await (const n of doubled(numbers(1000))) sum += n;
  return sum;
}
