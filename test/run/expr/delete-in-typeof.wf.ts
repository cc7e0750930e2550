export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { a: 1, b: 2, c: 3 };
  await tick();
  console.log(delete o.a, delete (await tick(), o).b, 'c' in o, 'a' in (await tick(o)), typeof o.zz, o instanceof Object, (await tick([])) instanceof Array);
  o.a = 5;
  await tick();
  console.log(Object.keys(o).join());
}

// expect: true true true false undefined true true
// expect: c,a
// expect: returned undefined
