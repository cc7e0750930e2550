// decimals: bignumber.js@11.1.5
import BigNumber from 'bignumber.js';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const a = new BigNumber('1.1');
  await tick(1);
  const b = a.plus('2.2').times(3);
  await tick(2);
  BigNumber.config({ DECIMAL_PLACES: 30 });
  await tick(3);
  console.log(b.toString(), new BigNumber(1).div(3).toString(), b instanceof BigNumber);
  return b.toFixed(2);
}
