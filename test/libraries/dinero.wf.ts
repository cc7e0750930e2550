// money: dinero.js@2.0.2
import { dinero, add, toDecimal } from 'dinero.js';
import { USD } from 'dinero.js/currencies';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const a = dinero({ amount: 500, currency: USD });
  await tick(1);
  const b = add(a, dinero({ amount: 250, currency: USD }));
  await tick(2);
  console.log(toDecimal(b));
  return 1;
}
