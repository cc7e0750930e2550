// Of a package that is free of side effects only what is used is part of the program.
// differs: plain Node does not know the field `module`
import { first, firsts, groupBy, noise } from 'shelf';

export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const groups = groupBy(['ant', 'bee', 'asp'], (word: string) => word[0]);
  await tick(1);
  groups.get('a')!.reverse();
  await tick(2);
  console.log(groups, firsts(groups), first(noise));
  return groups.size;
}

// expect: Map(2) { 'a' => [ 'asp', 'ant' ], 'b' => [ 'bee' ] } [ 'asp', 'bee' ] evaluated
// expect: returned 2
