export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const make = (a: number, b = a * 2, { c } = { c: a + b }) => () => a + b + c;
  const f = make(1);
  await tick();
  console.log(f(), make(1, 1)(), make(1, 1, { c: 1 })());
}

// expect: 6 4 3
// expect: returned undefined
