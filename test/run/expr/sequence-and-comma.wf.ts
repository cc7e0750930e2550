export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let a = 0;
  const b = (a++, await tick(a), a += 2, await tick(a + 1));
  for (let i = 0, j = await tick(3); i < j; i++, await tick(), a++);
  console.log(a, b);
}

// expect: 6 4
// expect: returned undefined
