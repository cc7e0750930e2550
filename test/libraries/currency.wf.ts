// money: currency.js@2.0.4
import currency from 'currency.js';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const c = currency(1.5);
  await tick(1);
  const d = c.add('2.25');
  await tick(2);
  console.log(d.format(), d.value);
  return 1;
}
