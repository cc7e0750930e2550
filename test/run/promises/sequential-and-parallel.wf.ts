export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const load = async (id: number) => { log.push('s' + id); const v = await tick(id * 10); log.push('e' + id); return v; };
  const seq: number[] = [];
  for (const id of [1, 2]) seq.push(await load(id));
  const started = [3, 4].map(load);
  log.push('started');
  const par = [];
  for (const p of started) par.push(await p);
  const chained = await [5, 6].reduce(async (acc, id) => [...(await acc), await load(id)], Promise.resolve([] as number[]));
  const mapped = new Map(await Promise.all([7].map(async (id) => [id, await load(id)] as const)));
  console.log(seq.join(), par.join(), chained.join(), mapped.get(7), log.join());
}

// expect: 10,20 30,40 50,60 70 s1,e1,s2,e2,s3,s4,started,e3,e4,s5,e5,s6,e6,s7,e7
// expect: returned undefined
