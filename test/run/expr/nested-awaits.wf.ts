export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const add = async (a: number, b: number) => (await tick(a)) + (await tick(b));
  console.log(await add(await add(1, await tick(2)), await add(await add(3, 4), await tick(await tick(5)))));
  const promise = (async () => tick(await tick(7)))();
  console.log(await (await (async () => promise)()), await await await tick(8), (await Promise.all([await tick(1), tick(2)])).join());
  const table: any = { f: async (k: string) => table[await tick(k)], g: 'G' };
  console.log(await table[await tick('f')](await table.f('g') === 'G' ? 'g' : 'f'));
}

// expect: 15
// expect: 7 8 1,2
// expect: G
// expect: returned undefined
