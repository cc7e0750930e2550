// Built-ins that change what they are given, where only a spread says what that is.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const order: any = { id: 1 }, list: any[] = [1], set = new Set<any>(), sticky = /\d/y;
  await tick();
  const patch: [any, any] = [order, { state: 'paid' }];
  Object.assign(...patch);
  await tick();
  (Object.defineProperty as any)(...[order, 'total', { value: 7, configurable: true, enumerable: true, writable: true }]);
  Reflect.set(...([order, 'id', 2] as [any, string, number]));
  await tick();
  Reflect.set(...([{}, 'id', 3] as [any, string, number]), order);
  Reflect.apply(...([list.push, list, [2, 3]] as [any, any, any]));
  await tick();
  list.push.call(...([list, 4] as [any, any]));
  [5, 6].forEach(...([set.add, set] as unknown as [any]));
  await tick();
  String.prototype.replace.call('12', sticky as any, '');
  await tick();
  Reflect.apply(String.prototype.search, '12', [sticky]);
  const apply = Reflect.apply;
  apply(list.shift, list, []);
  await tick();
  console.log(JSON.stringify(order), list.join(), [...set].join(), sticky.lastIndex);
}

// expect: {"id":3,"state":"paid","total":7} 2,3,4 5,6 1
// expect: returned undefined
