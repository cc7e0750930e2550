// What a built-in changes is stored, also where it is called with awaited arguments.
export declare function tick<T>(value?: T): Promise<T>;

class Queue extends Array<string> {
  async add(value: string): Promise<void> {
    super.push(await tick(value));
    await tick();
    super.unshift(value);
    await tick();
    const push = (more: string) => super.push(more);
    push('arrow');
  }
}

class Registry extends Map<string, number> {
  register(key: string): () => boolean {
    super.set(key, this.size);
    return () => super.delete(key);
  }

  async firstKey(): Promise<string> {
    const keys = super.keys();
    await tick();
    return keys.next().value!;
  }

  *both(): Generator<string> {
    for (const key of super.keys()) yield key;
  }
}

export async function main(): Promise<void> {
  const digit = /\d/g;
  const sticky = /a/y;
  const seen = new Set<number>();
  const list: any[] = [];
  await tick();
  digit.lastIndex = 5;
  const queue = new Queue();
  const registry = new Registry();
  const replace = ''.replace.bind('aab');
  const method = 'replace' as string;
  await tick();
  await queue.add('first');
  await tick();
  console.log(queue.join());
  const remove = registry.register('a');
  await tick();
  registry.register('b');
  await tick();
  console.log([...registry].join(';'), await registry.firstKey());
  await tick();
  const both = registry.both();
  console.log(both.next().value);
  await tick();
  console.log(both.next().value, remove());
  await tick();
  console.log([...registry].join(';'));
  console.log('1a2b'.replace(digit, await tick('-')), digit.lastIndex);
  await tick();
  console.log('aab'.search(await tick(sticky)), sticky.lastIndex);
  await tick();
  console.log('aab'.replace(sticky, await tick('x')), sticky.lastIndex);
  await tick();
  console.log('aab'.replace(sticky, await tick('x')), sticky.lastIndex);
  await tick();
  Array.prototype.push.call(list, await tick('called'));
  await tick();
  Array.prototype.push.apply(list, await tick(['applied', 'twice']));
  await tick();
  [1, 2].forEach(Set.prototype.add, await tick(seen));
  await tick();
  Reflect.apply(Array.prototype.reverse, await tick(list), []);
  await tick();
  Reflect.set(list, await tick('3'), 'reflected');
  await tick();
  Object.assign(list, await tick({ 4: 'assigned' }));
  await tick();
  Object.defineProperty(list, await tick('5'), { value: 'defined', enumerable: true, writable: true, configurable: true });
  await tick();
  Reflect.deleteProperty(list, await tick('0'));
  await tick();
  Object.setPrototypeOf(seen, await tick(null));
  await tick();
  await 'aab'.replace(sticky, 'w');
  await tick();
  await [1, 2, 3].forEach(Set.prototype.add, seen);
  await tick();
  console.log(sticky.lastIndex, [...Set.prototype.values.call(seen)].join());
  sticky.lastIndex = 0;
  await tick();
  console.log(replace(sticky, 'y'), sticky.lastIndex);
  await tick();
  console.log(('aab' as any)[method](sticky, 'z'), sticky.lastIndex);
  await tick();
  console.log(sticky.lastIndex);
  console.log(list.join(), [...Set.prototype.values.call(seen)].join(), Object.getPrototypeOf(seen));
  await tick();
  Object.freeze(await tick(list));
  await tick();
  console.log(Object.isFrozen(list), list.length);
}

// expect: first,first,arrow
// expect: a,0;b,1 a
// expect: a
// expect: b true
// expect: b,1
// expect: -a-b 0
// expect: 0 0
// expect: xab 1
// expect: axb 2
// expect: 0 1,2,3
// expect: yab 1
// expect: azb 2
// expect: 2
// expect: ,applied,twice,reflected,assigned,defined 1,2,3 null
// expect: false 6
// expect: returned undefined
