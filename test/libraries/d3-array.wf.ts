// numbers: d3-array@3.2.5
import { group, mean, bisector, rollup } from 'd3-array';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const g = group([1, 2, 3], (x) => x % 2);
  await tick(1);
  console.log(g, mean([1, 2, 3]), bisector((x: number) => x).left([1, 2, 3], 2));
  return 1;
}
