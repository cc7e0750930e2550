// functional: fp-ts@2.16.11
import { pipe } from 'fp-ts/es6/function.js';
import * as O from 'fp-ts/es6/Option.js';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const o = pipe(
    O.some(1),
    O.map((x) => x + 1),
  );
  await tick(1);
  console.log(JSON.stringify(o), O.isSome(o));
  return 1;
}
