// WeakMap and WeakSet: entries live as long as their keys, whatever else is stored and restored.
export declare function tick<T>(value?: T): Promise<T>;

const privates = new WeakMap<object, { count: number }>();
class Counter {
  constructor() {
    privates.set(this, { count: 0 });
  }
  next() {
    return ++privates.get(this)!.count;
  }
}

export async function main() {
  const counters = [new Counter(), new Counter()];
  counters[0]!.next();
  await tick();
  console.log(counters.map((c) => c.next()).join());

  // Chains of ephemerons: each value is the next key.
  const first = {};
  const chain = new WeakMap<object, object>();
  let key: object = first;
  for (let i = 0; i < 1000; i++) {
    const next = { i };
    chain.set(key, next);
    key = next;
  }
  await tick();
  let length = 0;
  for (let k: object | undefined = first; k; k = chain.get(k)) length++;
  console.log(length);

  // A cycle that only the map holds is gone; a key that comes back from nowhere cannot.
  const map = new WeakMap<object, unknown>();
  (() => {
    const a = {}, b = {};
    map.set(a, b).set(b, a);
  })();
  const kept = { kept: true };
  map.set(kept, { of: kept, map });
  await tick();
  console.log((map.get(kept) as any).of === kept, (map.get(kept) as any).map === map, map.has({}));

  // The key dies later, and others are added; many changes to a large map.
  const keys = Array.from({ length: 200 }, (_, i) => ({ i }));
  const large = new WeakMap(keys.map((k) => [k, { value: k.i }]));
  await tick();
  large.set(keys[3]!, { value: -3 });
  large.delete(keys[4]!);
  await tick();
  keys.splice(10, 100);
  await tick();
  const added = { i: 1000 };
  large.set(added, { value: 1000 });
  await tick();
  console.log(keys.reduce((sum, k) => sum + (large.get(k)?.value ?? 0), 0), large.get(added)!.value, large.has(keys[4]!));
  large.delete(keys[4]!);
  large.set(keys[4]!, { value: 4 });
  await tick();
  console.log(large.get(keys[4]!)!.value, large.delete(keys[4]!), large.delete(keys[4]!));

  // Functions, classes, symbols and built-ins as keys; sets; two maps with one key.
  class Local {}
  const tag = Symbol('tag');
  const names = new WeakMap<any, string>([[Local, 'class'], [main, 'workflow'], [tag as any, 'symbol'], [Map, 'built-in'], [Array.prototype, 'prototype']]);
  const seen = new WeakSet<any>([Local]);
  seen.add(kept).add(kept);
  await tick();
  console.log([Local, main, tag, Map, Array.prototype].map((k: any) => names.get(k)).join(), seen.has(Local), seen.has(kept), seen.has(map));
  for (const bad of [1, 'x', null, Symbol.for('registered')]) {
    try {
      names.set(bad, 'never');
    } catch (error) {
      console.log((error as Error).name);
    }
  }
  console.log(names.get(1), names.has('x' as any), names.delete(null as any), Object.prototype.toString.call(seen), names instanceof WeakMap);

  // Methods as values, subclasses, memoisation over awaits.
  const { set } = WeakMap.prototype;
  set.call(names, kept, 'by call');
  const bound = names.get.bind(names);
  await tick();
  console.log(bound(kept), Reflect.apply(WeakMap.prototype.has, names, [kept]));
  class Memo extends WeakMap<object, number> {
    #misses = 0;
    async of(key: object) {
      if (!this.has(key)) {
        this.#misses++;
        this.set(key, await tick(this.#misses * 10));
      }
      return this.get(key)!;
    }
    get misses() {
      return this.#misses;
    }
  }
  const memo = new Memo();
  console.log(await memo.of(kept), await memo.of(kept), await memo.of(map), memo.misses);
  try {
    set.call(seen as any, kept, 'x');
  } catch (error) {
    console.log((error as Error).name);
  }
  try {
    structuredClone({ memo });
  } catch (error) {
    console.log((error as Error).name);
  }
  return 'done';
}

// expect: 2,1
// expect: 1001
// expect: true true false
// expect: 13940 1000 false
// expect: 4 true false
// expect: class,workflow,symbol,built-in,prototype true true false
// expect: TypeError
// expect: TypeError
// expect: TypeError
// expect: TypeError
// expect: undefined false false [object WeakSet] true
// expect: by call true
// expect: 10 10 20 2
// expect: TypeError
// expect: DataCloneError
// expect: returned "done"
