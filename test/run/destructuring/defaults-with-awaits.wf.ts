export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const d = async <T>(x: T) => { log.push('d' + x); return tick(x); };
  const { a = await d(1), b: { c = await d(2), ...rest } = { z: await d('z') }, ['k' + a]: k = await d(a + 1), ...others } = { k1: undefined, x: 'x', y: null } as any;
  console.log(a, c, JSON.stringify(rest), k, JSON.stringify(others));
  const [p = await d('p'), [q = await d('q'), ...r] = 'st' as any, , s = p + (await d('s'))] = [null, undefined, 0, undefined, 9];
  console.log(p, q, r.join(), s, log.join());
  const f = async ({ m = 1, n: [o] = [m] }: any = {}) => { await tick(); return () => [m, o]; };
  console.log((await f())().join(), (await f({ m: 5 }))().join(), (await f({ n: 'xy' }))().join());
}

// expect: 1 2 {"z":"z"} 2 {"x":"x","y":null}
// expect: null s t nulls d1,dz,d2,d2,ds
// expect: 1,1 5,5 1,x
// expect: returned undefined
