// utilities: klona@2.0.6
import { klona } from 'klona';
import { klona as full } from 'klona/full';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  class A {
    x = [1];
  }
  const c = klona({ a: [1, { b: new Map([[1, { q: 1 }]]) }], d: new Date(5), r: /x/g, i: new A() });
  await tick(1);
  console.log(c, c.i instanceof A);
  console.log(full(c));
  return 1;
}
