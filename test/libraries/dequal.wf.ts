// utilities: dequal@2.0.3
import { dequal } from 'dequal';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const a = { x: new Set([1]) };
  await tick(1);
  console.log(dequal(a, { x: new Set([1]) }));
  return 1;
}
