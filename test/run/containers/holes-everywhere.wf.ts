export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a: any[] = [, 1, , undefined, ,];
  await tick();
  const seen: unknown[] = [];
  for (const x of a) { await tick(); seen.push(x); }
  a.forEach((x, i) => seen.push('f' + i));
  console.log(a.length, seen.join(), 0 in a, 3 in a, 4 in a, Object.keys(a).join(), a.indexOf(undefined), a.includes(undefined), a.findIndex((x) => x === undefined));
  delete a[1];
  a[2] = 'filled';
  const mapped = a.map((x) => x + '!'), spread = [...a], sliced = a.slice(1), cat = [,].concat(a as any, [, 9] as any);
  await tick();
  console.log(1 in mapped, 2 in mapped, 0 in spread, 0 in sliced, sliced.length, cat.length, 7 in cat, JSON.stringify(a), a.flat().length);
  a.length = 10;
  a.fill(0, 6, 8);
  await tick();
  console.log(a.length, 5 in a, 6 in a, 9 in a, a.join('|'), a.reduce((n) => n + 1, 0));
}

// expect: 5 ,1,,,,f1,f3 false true false 1,3 3 true 0
// expect: false true true false 4 8 true [null,null,"filled",null,null] 2
// expect: 10 false true false ||filled||||0|0|| 4
// expect: returned undefined
