export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const values: any[] = [undefined, null, true, 1, 1n, 's', Symbol.for('x'), {}, [], () => 1, class {}, async () => 1, new Date(0), /x/, Math, new Map()];
  await tick();
  console.log(values.map((v) => typeof v).join());
  console.log(typeof (await tick(1)), typeof (await tick()), void (await tick(5)), typeof void 0, typeof typeof (await tick(1)));
  const f = () => { try { return typeof later; } catch (e) { return (e as Error).name; } };
  console.log(f());
  await tick();
  let later = 1;
  console.log(f(), later);
}

// expect: undefined,object,boolean,number,bigint,string,symbol,object,object,function,function,function,object,object,object,object
// expect: number undefined undefined undefined string
// expect: ReferenceError
// expect: number 1
// expect: returned undefined
