export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const people = [{ n: 'ann', age: 30 }, { n: 'bob', age: 25 }, { n: 'cid', age: 30 }, { n: 'dot', age: 25 }];
  let direction = 1, compares = 0;
  const by = (key: 'n' | 'age') => (a: any, b: any) => { compares++; return a[key] < b[key] ? -direction : a[key] > b[key] ? direction : 0; };
  const byAge = by('age');
  await tick();
  people.sort(byAge);
  console.log(people.map((p) => p.n).join());
  direction = -1;
  await tick();
  people.sort(byAge);
  console.log(people.map((p) => p.n).join(), compares > 0);
  people.sort(by('n'))[0]!.age = 99;
  await tick();
  console.log(people[0]!.n, people.find((p) => p.age === 99)!.n, [10, 9, 1, undefined, 2].sort().join(), ['b', , 'a'].sort().length);
}

// expect: bob,dot,ann,cid
// expect: ann,cid,bob,dot true
// expect: dot dot 1,10,2,9, 3
// expect: returned undefined
