export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a: any[] = [1], like: any = { length: 0 }, m = new Map(), s = new Set();
  await tick();
  Array.prototype.push.call(a, 2, 3);
  Array.prototype.push.apply(like, ['x', 'y']);
  Map.prototype.set.call(m, 'k', 1);
  await tick();
  Reflect.apply(a.unshift, a, [0]);
  [7, 8].forEach(s.add, s);
  const push = a.push.bind(a);
  await tick();
  push(4);
  ['p', 'q'].forEach((x) => Reflect.apply(Array.prototype.push, like, [x]));
  const { delete: remove } = Set.prototype;
  await tick();
  remove.call(s, 7);
  [9].forEach(push as any);
  const op = 'splice' as const;
  await tick();
  a[op](1, 1);
  await tick();
  console.log(a.join(), JSON.stringify(like), [...m].join(), [...s].join());
}

// expect: 0,2,3,4,9,0,9 {"0":"x","1":"y","2":"p","3":"q","length":4} k,1 8
// expect: returned undefined
