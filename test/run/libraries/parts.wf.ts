// What of a package leaves the dialect is no part of the program, as long as nothing refers to it.
import * as reach from 'reach';
import { pad, strip } from 'reach';

export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const words = new reach.Words();
  words.add(' a ');
  await tick(1);
  words.add('b  ');
  await tick(2);
  return [words.list, strip(' c '), pad('d', 3), reach.trim(' e')];
}

// expect: returned [["a","b"],"c","  d","e"]
