export declare function tick<T>(value?: T): Promise<T>;

type Box<T> = { v: T; next?: Box<T> };
export async function main() {
  const o = { v: 1, next: { v: 2 } } as Box<number>;
  (o as any).v += await tick(10);
  o.next!.v = (await tick(5)) satisfies number;
  (<any>o).extra = (await tick('x')) as unknown as string;
  let maybe: number | undefined = (await tick(3))!;
  (maybe as number)++;
  [(o as Box<number>).v, o.next!.v] = [o.next!.v, (await tick(o.v)) as number];
  const f = async <T,>(x: T, ...rest: readonly T[]): Promise<T[]> => [x, ...(await tick(rest as any)) as T[]];
  delete (o as any)!.extra;
  for (const [k, v] of Object.entries(o) as [keyof typeof o, unknown][]) console.log(k, JSON.stringify(v));
  console.log(maybe, (await f<number>(1, 2, 3)).join(), (o as Box<number>)?.next!.v, typeof (o as any).extra);
}

// expect: v 5
// expect: next {"v":11}
// expect: 4 1,2,3 11 undefined
// expect: returned undefined
