export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let log = '';
  let a = 0, b = 10;
  while ((a++, await tick(a < 4))) log += a;
  do log += b; while ((b--, void (await tick()), b > 7));
  for (a = 0, b = await tick(3); log += '.', a < b; a++, await tick(), b -= 0.5) log += `${a}${b}`;
  const last = (log += '!', await tick('mid'), log.length);
  console.log(log, last, a, b);
}

// expect: 1231098.03.12.5.! 17 2 2
// expect: returned undefined
