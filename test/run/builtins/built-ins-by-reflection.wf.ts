export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const read = (object: object, key: string): any => Object.getOwnPropertyDescriptor(object, key)!.value;
  console.log(read(Object, 'freeze') === Object.freeze, read(Reflect, 'ownKeys') === Reflect.ownKeys, Reflect.get(Math, 'random') === Math.random);
  console.log(Object.getOwnPropertyDescriptors(Date).now!.value === Date.now, read(Object, 'keys') === Object.keys);
  const order: any = { id: 1 };
  await tick(order);
  const assign = read(Object, 'assign');
  assign(order, { state: 'paid' });
  await tick();
  read(Object, 'defineProperty')(order, 'total', { value: 7, configurable: true });
  Reflect.get(Reflect, 'set')(order, 'id', 2);
  await tick();
  console.log(order.id, order.state, order.total, Object.keys(order).join(), read(Reflect, 'ownKeys')(order).join(), assign === Object.assign);
}

// expect: true true true
// expect: true true
// expect: 2 paid 7 id,state id,state,total true
// expect: returned undefined
