export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a: any = { l: 1, r: 2, nested: { list: [1, 2, 3] } };
  const { nested } = a;
  [a.l, a.r] = [a.r, await tick(a.l)];
  [nested.list[0], nested.list[await tick(2)]] = [nested.list[2], nested.list[0]];
  let x = 1, y = 2, z = 3;
  const get = () => [x, y, z].join('');
  [x, y, z] = [z, await tick(x), y];
  console.log(JSON.stringify(a), get());
  [x, [y = await tick(9)], { z = x }] = [y, [], {}] as any;
  await tick();
  console.log(get(), a.nested === nested);
}

// expect: {"l":2,"r":1,"nested":{"list":[3,2,1]}} 312
// expect: 191 true
// expect: returned undefined
