// utilities: remeda@2.61.0
import { groupBy, pipe, map, filter, sortBy, debounce } from 'remeda';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const f = map((x: number) => x * 2);
  await tick(1);
  const r = pipe(
    [3, 1, 2],
    f,
    filter((x) => x > 2),
    sortBy((x) => x),
  );
  await tick(2);
  console.log(
    r,
    groupBy([1, 2, 3], (x) => (x % 2 ? 'o' : 'e')),
  );
  return r;
}
