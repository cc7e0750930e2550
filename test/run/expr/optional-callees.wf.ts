// What a method does to its receiver is seen however it is called: in a chain, and with parentheses that end one.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const list = [1], map = new Map<string, number>(), push = list.push;
  const add = (x: number, y: number) => x + y;
  await tick();
  (list?.push)(2);
  (map?.set)('a', 1);
  push?.call(list, 3);
  push?.apply(list, [4]);
  const bound = [add?.bind(null, 1), (add?.bind)(null, 2), add.bind(null, await tick(3)), add?.bind(null, await tick(4))];
  const keys = [list?.keys(), (list?.keys)()];
  await tick();
  console.log(list.join(), [...map].join(), bound.map((f) => f(10)).join(), keys.map((k) => [...k].join('')).join());
  try {
    (list?.['missing' as 'push'])(1);
  } catch (e: any) {
    console.log(e.name);
  }
}

// expect: 1,2,3,4 a,1 11,12,13,14 0123,0123
// expect: TypeError
// expect: returned undefined
