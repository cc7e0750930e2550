export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { a: 1 };
  Object.defineProperty(o, 'hidden', { value: 5, enumerable: false, writable: true, configurable: true });
  let n = 0;
  Object.defineProperty(o, 'count', { get: () => ++n, enumerable: true, configurable: true });
  await tick();
  o.hidden++;
  console.log(o.count, o.count, o.hidden, Object.keys(o).join());
  await tick();
  console.log(o.count, o.hidden, JSON.stringify(Object.getOwnPropertyDescriptor(o, 'hidden')), Object.getOwnPropertyNames(o).join());
}

// expect: 1 2 6 a,count
// expect: 3 6 {"value":6,"writable":true,"enumerable":false,"configurable":true} a,hidden,count
// expect: returned undefined
