// Variables with the names of Object.prototype's properties, in frames and Envs.
export declare function tick<T>(value?: T): Promise<T>;

async function count(toString: number): Promise<number> {
  let valueOf = 1;
  const hasOwnProperty = [toString];
  await tick();
  let constructor = toString + valueOf;
  await tick();
  valueOf = 10;
  constructor += valueOf;
  await tick();
  return constructor + hasOwnProperty.length;
}

async function captured(): Promise<string> {
  let isPrototypeOf = 'a';
  const add = () => (isPrototypeOf += 'b');
  await tick();
  for (let propertyIsEnumerable = 0; propertyIsEnumerable < 2; propertyIsEnumerable++) {
    add();
    await tick();
  }
  return isPrototypeOf;
}

async function prototype(): Promise<number> {
  const __proto__ = [1, 2];
  let __defineGetter__ = 3;
  await tick();
  const read = () => __proto__.length + __defineGetter__++;
  await tick();
  return read() + read();
}

async function unnamed(__proto__: number): Promise<number> {
  await tick();
  __proto__ += 1;
  await tick();
  return __proto__;
}

export async function main(): Promise<void> {
  console.log(await count(5));
  console.log(await captured());
  console.log(await prototype());
  console.log(await unnamed(7));
  const toString = { call: (n: number) => n + 1 }, constructor = [3];
  console.log(toString.call(1), constructor.map(String).join(), toString?.call(2));
}

// expect: 17
// expect: abb
// expect: 11
// expect: 8
// expect: 2 3 3
// expect: returned undefined
