export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let x = await tick(1), y = x + (await tick(2));
  const z = (await tick(x), y++, await tick(y));
  console.log(x, y, z, void (await tick(0)), typeof (await tick('s')), !(await tick(0)), -(await tick(3)));
}

// expect: 1 4 4 undefined string true -3
// expect: returned undefined
