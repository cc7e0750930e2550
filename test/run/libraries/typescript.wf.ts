// A package that ships its TypeScript sources, by the condition `perdure`.
// differs: plain Node 20 does not load TypeScript
import { euro, Money, Rounding } from '@acme/money';

export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const price = euro(250);
  await tick(price);
  const total = price.plus(await tick(euro(99)));
  console.log(String(total), total instanceof Money, Rounding[Rounding.Up]);
  return total;
}

// expect: 3.49 EUR true Up
// expect: returned {"cents":349,"currency":"EUR"}
