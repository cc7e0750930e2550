// numbers: fraction.js@5.3.4
import Fraction from 'fraction.js';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const f = new Fraction(1, 3);
  await tick(1);
  const g = f.add(new Fraction('1/6'));
  await tick(2);
  console.log(g.toFraction(), f instanceof Fraction);
  return 1;
}
