// decimals: decimal.js@10.6.0
import { Decimal } from 'decimal.js';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const a = new Decimal('1.1');
  await tick(1);
  const b = a.plus('2.2').times(3);
  await tick(2);
  const P = Decimal.clone({ precision: 50 });
  await tick(3);
  console.log(b.toString(), new P(1).div(3).toString(), b instanceof Decimal);
  return Decimal.max(a, b).toFixed(2);
}
