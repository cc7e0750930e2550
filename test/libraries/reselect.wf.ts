// state: reselect@5.3.0
import { createSelector } from 'reselect';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const sel = createSelector([(s: any) => s.a, (s: any) => s.b], (a, b) => a + b);
  const s = { a: 1, b: 2 };
  console.log(sel(s));
  await tick(1);
  console.log(sel(s), sel.recomputations());
  return 1;
}
