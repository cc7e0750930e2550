export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o = { n: 1, s: '5' as any, big: 10n, arr: [1, 2] };
  let x = 1;
  const f = () => x++;
  await tick();
  console.log(o.n++, ++o.n, o.s++, o.s, o.big++, o.big--, --o.arr[1], o.arr[0]++, f(), x, (await tick(), o).n++);
  await tick();
  console.log(o.n, o.s, o.big, o.arr.join());
}

// expect: 1 3 5 6 10n 11n 1 1 1 2 3
// expect: 4 6 10n 2,1
// expect: returned undefined
