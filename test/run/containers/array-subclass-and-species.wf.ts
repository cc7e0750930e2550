export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class Bag<T> extends Array<T> { label = 'bag'; first() { return this[0]; } static get [Symbol.species]() { return Array; } }
  class Stack<T> extends Array<T> { override push(...xs: T[]) { return super.push(...xs.map((x) => x)); } get top() { return this.at(-1); } }
  const bag = Bag.from([1, 2, 3]) as Bag<number>, stack = new Stack<number>();
  stack.push(1, 2);
  await tick();
  stack.push(3);
  bag.label = 'changed'; bag[5] = 6;
  await tick();
  const mapped = stack.map((x) => x * 2), plain = bag.map((x) => x);
  await tick();
  console.log(stack.top, stack.length, mapped instanceof Stack, plain instanceof Bag, bag.first(), bag.length, 4 in bag, bag.label, Array.isArray(bag), JSON.stringify(stack), [...stack].join());
  stack.length = 1;
  for (const x of stack) { await tick(); if (stack.length < 4) stack.push(x + 1); }
  console.log(stack.join(), stack.concat([9]).constructor.name);
}

// expect: 3 3 true false 1 6 false changed true [1,2,3] 1,2,3
// expect: 1,2,3,4 Stack
// expect: returned undefined
