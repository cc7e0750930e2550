// not in store: after a kill the effects that were in flight end in another order
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const worker = async (name: string, n: number) => { for (let i = 0; i < n; i++) { await tick(); log.push(name + i); } return name; };
  const a = worker('a', 3), b = worker('b', 2);
  log.push('started');
  const c = worker('c', 1);
  console.log(await b, await a, await c, log.join());
}

// expect: b a c started,a0,b0,c0,a1,b1,a2
// expect: returned undefined
