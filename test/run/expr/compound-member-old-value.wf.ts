export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const o = { get v() { log.push('get'); return 10; }, set v(x: number) { log.push('set' + x); }, n: 1 } as any;
  const bump = async () => { log.push('bump'); o.n = 100; await tick(); return 5; };
  o.v += await bump();
  o.n += await bump();
  o[(log.push('key'), 'n')] -= (log.push('right'), await tick(1));
  o.n **= await tick(2);
  o.n %= await tick(7);
  o.n <<= await tick(3);
  console.log(o.n, log.join());
}

// expect: 8 get,bump,set15,bump,key,right
// expect: returned undefined
