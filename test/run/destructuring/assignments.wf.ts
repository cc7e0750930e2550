export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let a = 1, b = 2;
  const o: any = { list: [0, 0] };
  [a, b] = [b, a];
  await tick();
  [o.list[1], { x: o.x = 7 }, ...o.rest] = [5, {}, 8, 9];
  ({ a, b: o.b, c: o.list[0] = await tick(3) } = { a: 10, b: 20 } as any);
  await tick();
  const get = () => a;
  [a] = await tick([99]);
  console.log(a, b, JSON.stringify(o), get());
}

// expect: 99 1 {"list":[3,5],"x":7,"rest":[8,9],"b":20} 99
// expect: returned undefined
