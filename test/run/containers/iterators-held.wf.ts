export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const m = new Map([['a', 1], ['b', 2], ['c', 3]]);
  const vals = m.values(), keys = m.keys(), ents = [10, 20, 30].entries();
  const str = 'añ😀b'[Symbol.iterator]();
  vals.next(); keys.next(); ents.next(); str.next();
  await tick();
  m.delete('a'); m.set('d', 4);
  console.log(vals.next().value, keys.next().value, ents.next().value?.join(), str.next().value, str.next().value);
  await tick();
  console.log([...vals].join(), [...keys].join(), [...ents].join('|'), [...str].join(), vals.next().done, vals[Symbol.iterator]() === vals, Object.prototype.toString.call(vals));
}

// expect: 2 b 1,20 ñ 😀
// expect: 3,4 c,d 2,30 b true true [object Map Iterator]
// expect: returned undefined
