/** Loops that await: over arrays, Maps and generators, `for await` over an array, with `try` and `finally`. */
export const setup = (): null => null;

async function half(n: number): Promise<number> {
  return n >> 1;
}

function* odd(to: number): Generator<number> {
  for (let i = 1; i < to; i += 2) yield i;
}

export async function work(): Promise<number> {
  const list: number[] = [];
  const prices = new Map<string, number>();
  for (let i = 0; i < 400; i++) {
    list.push(i);
    prices.set(`sku-${i}`, i);
  }
  let sum = 0;
  for (const n of list) sum += await half(n);
  for (const [sku, price] of prices) sum += sku.length * (await half(price));
  for (const n of odd(800)) sum += await half(n);
  for await (const n of list) sum += n;
  for (const n of list) {
    try {
      sum += await half(n);
      if (n % 5 === 0) continue;
      sum--;
    } finally {
      sum += await half(2);
    }
  }
  return sum;
}
