// not in store: it prints in the order in which effects of several calls happen to end
export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const job = async (name: string, rounds: number) => { for (let i = 0; i < rounds; i++) await tick(); log.push(name); return name; };
  const thenable: any = { then: (ok: (x: string) => void) => { log.push('then'); ok('T'); } };
  const all = await Promise.all([job('c', 3), thenable, job('a', 1), 'v', Promise.resolve(job('b', 2)), null]);
  console.log(all.join(), log.join());
  const set = new Set([tick(1), tick(2)]);
  console.log((await Promise.all(set)).join(), (await Promise.all('ab' as any)).join(''), (await Promise.allSettled(new Map([[1, tick(2)]]) as any)).length);
  const results = await Promise.all([1, 2, 3].map(async (x, i, list) => { await tick(); list[i] = x * 10; return x + i; }));
  console.log(results.join());
  const nested = await Promise.all([Promise.all([tick(1), 2]), Promise.allSettled([fail('n'), tick(3)]), Promise.race([tick('r')])]);
  console.log(JSON.stringify(nested, (_, v) => (v instanceof Error ? v.message : v)));
}

// expect: c,T,a,v,b, then,a,b,c
// expect: 1,2 ab 1
// expect: 1,3,5
// expect: [[1,2],[{"status":"rejected","reason":"n"},{"status":"fulfilled","value":3}],"r"]
// expect: returned undefined
