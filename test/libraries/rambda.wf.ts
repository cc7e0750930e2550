// utilities: rambda@11.3.0
import { pipe, map, filter } from 'rambda';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const r = pipe(
    [1, 2, 3],
    map((x) => x * 2),
    filter((x) => x > 2),
  );
  await tick(1);
  console.log(r);
  return 1;
}
