// decimals: big.js@7.0.1
import Big from 'big.js';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const a = new Big('1.1');
  await tick(1);
  const b = a.plus('2.2').times(3);
  await tick(2);
  Big.DP = 30;
  await tick(3);
  console.log(b.toString(), new Big(1).div(3).toString(), b instanceof Big);
  return b.toFixed(2);
}
