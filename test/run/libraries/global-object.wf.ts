// The global object of a package is state of the run.
// differs: plain Node has a host
import { merged, missing, names, record, registry, same } from 'portable/globals.js';

export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const kept: { a: number; b?: number } = { a: 1 };
  console.log(same(), missing(), record('x', kept));
  await tick(1);
  merged(kept, { b: 2 });
  await tick(2);
  console.log(record('y', 2), registry.get('x') === kept, Object.isFrozen(kept), names(kept));
  await tick(3);
  return [...registry.keys(), kept];
}

// expect: [ true, true, 'object', true, true ] [ undefined, 'undefined', undefined ] 1
// expect: 2 true true [ 'a', 'b' ]
// expect: returned ["x","y",{"a":1,"b":2}]
