export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const o: any = { get v() { log.push('get'); return '7'; }, set v(x) { log.push('set ' + typeof x + x); } };
  const key = () => { log.push('key'); return 'v'; };
  console.log(o[key()]++, --o[key()], (await tick(), o)[key()]++);
  const big: any = { n: 1n };
  big.n++;
  await tick();
  big.n--;
  console.log(-big.n, ++big.n, big.n++, big.n);
  console.log(log.join());
}

// expect: 7 6 7
// expect: -1n 2n 2n 3n
// expect: key,get,set number8,key,get,set number6,key,get,set number8
// expect: returned undefined
