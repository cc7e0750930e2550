export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const { a, b: { c = 5, ...rest }, ...others } = await tick({ a: 1, b: { d: 2, e: 3 }, f: 4 }) as any;
  const [x, , y = 9, ...zs] = await tick([1, 2, undefined, 4, 5]);
  let { [`k${x}`]: dyn = await tick('dflt') } = { k2: 1 } as any;
  const fn = () => [a, c, rest, others, x, y, zs, dyn];
  await tick();
  console.log(JSON.stringify(fn()));
}

// expect: [1,5,{"d":2,"e":3},{"f":4},1,9,[4,5],"dflt"]
// expect: returned undefined
