export declare function tick<T>(value?: T): Promise<T>;

async function over(pairs: Iterable<[unknown, unknown]>) {
  const seen: unknown[] = [];
  for (const [key, value] of pairs) seen.push(await tick(key), value);
  return seen.join();
}

export async function main() {
  const list = ['a', 'b', 'c'];
  const map = new Map([['x', 1], ['y', 2]]);
  for (const [i, name] of list.entries()) {
    await tick();
    console.log(i, name);
    if (i === 0) list.push('d');
  }
  for (const key of list.keys()) console.log(await tick(key));
  for (const value of map.values()) {
    console.log(await tick(value));
    if (value === 1) map.set('z', 3).delete('y');
  }
  for (const [a, b] of new Set(['s']).entries()) console.log(await tick(a), b);
  console.log(await over(map.entries()), await over(Object.entries({ p: 1, q: 2 })), await over(map[Symbol.iterator]()));
  const held = list.entries();
  for (const [i] of held) if ((await tick(i)) === 1) break;
  console.log(held.next().value?.join());
}

// expect: 0 a
// expect: 1 b
// expect: 2 c
// expect: 3 d
// expect: 0
// expect: 1
// expect: 2
// expect: 3
// expect: 1
// expect: 3
// expect: s s
// expect: x,1,z,3 p,1,q,2 x,1,z,3
// expect: 2,c
// expect: returned undefined
