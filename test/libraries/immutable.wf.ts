// immutable data: immutable@5.2.1
import { Map, List, Record } from 'immutable';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  let m = Map<string, any>({ a: List([1, 2]) });
  await tick(1);
  m = m.updateIn(['a'], (l: any) => l.push(3));
  await tick(2);
  const R = Record({ x: 1 });
  const r = new R({ x: 5 });
  await tick(3);
  console.log(JSON.stringify(m), r.get('x'), m.equals(Map({ a: List([1, 2, 3]) })));
  return 1;
}
