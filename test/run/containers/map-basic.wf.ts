export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const m = new Map<unknown, unknown>([['a', 1]]);
  const key = { k: 1 };
  m.set(key, 'obj').set(NaN, 'nan').set(-0, 'zero');
  await tick();
  m.delete('a');
  m.set('a', 2);
  await tick();
  m.set(key, 'obj2');
  await tick();
  console.log(m.get(key), m.get(NaN), m.get(0), [...m.values()].join(), m.size, m.has('zz'));
  m.clear();
  m.set('x', new Map([['deep', new Set([1])]]));
  await tick();
  console.log((m.get('x') as Map<string, Set<number>>).get('deep')!.has(1), m.size);
}

// expect: obj2 nan zero obj2,nan,zero,2 4 false
// expect: true 1
// expect: returned undefined
