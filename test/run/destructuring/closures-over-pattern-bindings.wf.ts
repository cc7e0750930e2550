export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const readers: (() => unknown)[] = [];
  for (const { id, tags: [first = 'none', ...rest] = [] as any[] } of [{ id: 1, tags: ['a', 'b'] }, { id: 2 }, { id: 3, tags: [] }] as any) {
    readers.push(() => `${id}${first}${rest.length}`);
    await tick();
  }
  for (let [i, { n }] of [[1, { n: 1 }], [2, { n: 2 }]] as any) { readers.push(() => i++ + n++); await tick(); n *= 10; }
  let { v, set } = { v: 1, set: (x: number) => { v = x; } };
  set(5);
  await tick();
  readers.push(() => v);
  set(6);
  const swap = ([a, b]: any, { c } = { c: a }) => () => [b, a, c].join('');
  readers.push(swap([1, 2]), swap('xy', { c: 'z' }));
  await tick();
  console.log(readers.map((r) => r()).join(), readers[3]!());
}

// expect: 1a1,2none0,3none0,11,22,6,211,yxz 13
// expect: returned undefined
