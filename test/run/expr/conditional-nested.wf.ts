export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const is = async (name: string, v: boolean) => { log.push(name); return tick(v); };
  const pick = async (a: boolean, b: boolean) =>
    (await is('a', a)) ? ((await is('b', b)) ? 'AB' : await tick('A-')) : (await is('b', b)) ? await tick('-B') : '--';
  console.log(await pick(true, true), await pick(true, false), await pick(false, true), await pick(false, false));
  let n = 0;
  const r = ((await tick(0)) || n++, n) && ((await tick('')) ?? (n += 10)) === '' && !(await tick(n > 5));
  console.log(r, n, log.join(''));
}

// expect: AB A- -B --
// expect: true 1 abababab
// expect: returned undefined
