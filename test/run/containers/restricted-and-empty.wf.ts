// V8 says of an empty array that cannot grow that it is frozen, though its length is writable.
export declare function tick<T>(value?: T): Promise<T>;

const writable = (list: unknown[]) => Object.getOwnPropertyDescriptor(list, 'length')!.writable;

export async function main() {
  const fixed = Object.preventExtensions([] as number[]), sealed = Object.seal([] as number[]), frozen = Object.freeze([] as number[]);
  const popped = Object.preventExtensions([1]), bare = Object.preventExtensions({ x: 1 } as { x?: number });
  await tick();
  console.log([fixed, sealed, frozen as unknown[], popped].map(writable).join(), fixed.length);
  popped.pop();
  delete bare.x;
  await tick();
  console.log([fixed, sealed, frozen as unknown[], popped].map(writable).join(), popped.length, Object.keys(bare).length);
  fixed.length = 3;
  popped.length = 2;
  try { bare.x = 1; } catch (error) { console.log((error as Error).name); }
  try { fixed[0] = 1; } catch (error) { console.log((error as Error).name); }
  await tick();
  console.log(writable(fixed), fixed.length, 0 in fixed, popped.length, [fixed, popped, sealed, frozen, bare].some(Object.isExtensible));
}

// expect: true,true,false,true 0
// expect: true,true,false,true 0 0
// expect: TypeError
// expect: TypeError
// expect: true 3 false 2 false
// expect: returned undefined
