export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const f = async (first: any, ...[second, ...others]: any[]) => { await tick(); others.push('kept'); return [first, second, ...others]; };
  const g = (...xs: number[]) => async (...ys: number[]) => { xs.push(...ys); await tick(); return xs; };
  const add = g(1, 2);
  console.log((await f(1)).join(), (await f(1, 2, 3, 4)).join(), (await add(3)).join(), (await add(4, 5)).join());
  const deep = async ({ a: { b: [{ c = 'C', ...d }, e = c] = [{}] } = {} }: any) => { await tick(); return [c, JSON.stringify(d), e].join(); };
  console.log(await deep({}), await deep({ a: { b: [{ c: 1, z: 2 }, 3] } }), await deep({ a: { b: [{ y: 1 }] } }));
  console.log(await deep(undefined as any).catch((e) => e.name), f.length, deep.length, g.length);
}

// expect: 1,,kept 1,2,3,4,kept 1,2,3 1,2,3,4,5
// expect: C,{},C 1,{"z":2},3 C,{"y":1},C
// expect: TypeError 1 1 0
// expect: returned undefined
