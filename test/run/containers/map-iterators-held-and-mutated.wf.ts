export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const m = new Map<any, any>([[1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']]);
  const it = m[Symbol.iterator](), keys = m.keys();
  const log: unknown[] = [it.next().value.join(), keys.next().value, keys.next().value];
  await tick();
  m.delete(2); m.delete(1); m.set(5, 'e'); m.set(3, 'C');
  await tick();
  log.push(it.next().value.join(), keys.next().value);
  m.clear(); m.set(9, 'z');
  await tick();
  log.push(it.next().value?.join(), keys.next().value, keys.next().done, it.next().done);
  m.set(10, 'after');
  await tick();
  log.push(it.next().done, [...m.keys()].join());
  console.log(log.join());
}

// expect: 1,a,1,2,3,C,3,9,z,9,true,true,true,9,10
// expect: returned undefined
