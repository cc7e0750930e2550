// Methods of arrays on objects that are none, finished iterators, accessors without functions, `arguments` redefined.
export declare function tick<T>(value?: T): Promise<T>;

export async function main(): Promise<void> {
  const list: any = { length: 0, push: Array.prototype.push, shift: Array.prototype.shift };
  const empty: any = Object.defineProperty({}, 'none', { get: undefined, set: undefined, configurable: true });
  const done = new Set([1]).values();
  const args: any = (function (..._: number[]) { return arguments; })(1, 2);
  Object.defineProperty(args, '0', { get: () => 'first', enumerable: true, configurable: true });
  await tick();
  list.push('a', 'b');
  done.next();
  done.next();
  const keys = Reflect.ownKeys(args).map(String).join();
  await tick();
  console.log(list.shift(), list.length, list[0], done.next().done);
  console.log(JSON.stringify(Object.getOwnPropertyDescriptor(empty, 'none')), 'value' in Object.getOwnPropertyDescriptor(empty, 'none')!);
  await tick();
  console.log(list.length, args[0], args[1], args.length, Reflect.ownKeys(args).map(String).join() === keys);
}

// expect: a 1 b true
// expect: {"enumerable":false,"configurable":true} false
// expect: 1 first 2 2 true
// expect: returned undefined
