export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: unknown[] = [];
  log.push((await tick(true)) ? await tick('y') : await tick('n'));
  log.push((await tick(0)) || (await tick('or')), (await tick(0)) && (await tick('never')), (await tick(null)) ?? (await tick('nn')));
  log.push(true && (await tick(false)) ? 1 : 2);
  if ((await tick(1)) > 0 && !(await tick(false))) log.push('and');
  log.push(1 + ((await tick(false)) ? 1 : await tick(2)) * 3);
  console.log(log.join());
}

// expect: y,or,0,nn,2,and,7
// expect: returned undefined
