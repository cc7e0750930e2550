// Code that asks for a host finds none: `typeof` says so, and what it would do there is not part of the program.
// differs: plain Node is a host
import { clock, dev, environment, globalOf, hoisted, hybrid, kindOf, random, sides, warn } from 'portable';

export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  console.log(environment(), typeof window, typeof notDeclaredAnywhere);
  await tick(1);
  console.log(dev(), clock(), hoisted(), random());
  await tick(2);
  console.log(kindOf([new Map(), 1]), kindOf([1, 2, 3]), sides(), globalOf(), hybrid(true), hybrid(false));
  warn();
  // A name that is bound is not asked of the host.
  const process = { env: { NODE_ENV: 'test' } };
  await tick(process);
  return [typeof process, process.env.NODE_ENV, typeof globalThis.Map, globalThis.structuredClone(process)];
}

// expect: workflow undefined undefined
// expect: false fallback undefined pseudo
// expect: map 2 [ 'asked' ] undefined no host no host
// expect: returned ["object","test","function",{"env":{"NODE_ENV":"test"}}]
