export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class A { static [Symbol.hasInstance](x: unknown) { return x === 42; } }
  class B {}
  const b = new B();
  const list = [1, , 3];
  await tick();
  console.log((42 as any) instanceof A, (await tick(41) as any) instanceof A, b instanceof B, (await tick(), b) instanceof (await tick(null), B));
  console.log(1 in list, (await tick('length')) in list, 'b' in Object.create({ b: 1 }), Symbol.iterator in list, 'toString' in b);
  const bound: any = B.bind(null);
  await tick();
  console.log(b instanceof bound, Object.create(B.prototype) instanceof B);
  try { void ((1 as any) in (await tick('str') as any)); } catch (e) { console.log((e as Error).name); }
}

// expect: true false true true
// expect: false true true true true
// expect: true true
// expect: TypeError
// expect: returned undefined
