// utilities: just-group-by@2.2.0 just-clone@6.2.0
import groupBy from 'just-group-by';
import clone from 'just-clone';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const g = groupBy([1, 2, 3, 4], (n) => (n % 2 ? 'odd' : 'even'));
  await tick(1);
  const c = clone({ a: [1, { b: new Map([[1, 2]]) }], d: new Date(5) });
  await tick(2);
  console.log(g, c);
  return 1;
}
