// utilities: lodash-es@4.18.1
import { groupBy, sortBy, merge, cloneDeep, debounce, chunk, isEqual, get, set } from 'lodash-es';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const g = groupBy([1, 2, 3, 4], (n: number) => (n % 2 ? 'odd' : 'even'));
  await tick(1);
  const m = merge({ a: { b: 1 } }, { a: { c: 2 } });
  await tick(2);
  const c = cloneDeep({ x: new Map([[1, { y: 1 }]]), z: new Date(5) });
  await tick(3);
  console.log(
    g,
    m,
    c,
    sortBy([{ a: 2 }, { a: 1 }], 'a'),
    chunk([1, 2, 3], 2),
    isEqual(m, { a: { b: 1, c: 2 } }),
  );
  set(m, 'a.d.e', 5);
  await tick(4);
  return get(m, 'a.d.e');
}
