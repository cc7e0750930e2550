// utilities: ramda@0.32.0
import { pipe, map, filter, groupBy, curry, path, assocPath, lensPath, over } from 'ramda';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const add = curry((a: number, b: number, c: number) => a + b + c);
  const part = add(1);
  await tick(1);
  const f = pipe(
    map((x: number) => x * 2),
    filter((x: number) => x > 2),
  );
  await tick(2);
  console.log(
    part(2)(3),
    f([1, 2, 3]),
    groupBy((x: number) => (x % 2 ? 'o' : 'e'), [1, 2, 3]),
  );
  const lens = lensPath(['a', 'b']);
  await tick(3);
  return over(lens, (x: number) => x + 1, { a: { b: 1 } });
}
