export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const jobs: (() => Promise<string>)[] = [];
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    const tag = name.toUpperCase();
    let count = 0;
    jobs.push(async () => { count += i; await tick(); return `${name}${tag}${count}`; });
  }
  for (const key in { x: 1, y: 2 }) jobs.push(async () => { await tick(); return key; });
  let n = 0;
  while (n < 2) { const m = n++; await tick(); jobs.push(async () => `${m}/${n}`); }
  do { let d = n; jobs.push(async () => `d${d++}`); } while (await tick(n++ < 3));
  const out: string[] = [];
  for (const job of [...jobs, ...jobs]) out.push(await job());
  console.log(out.join());
}

// expect: aA0,bB1,cC2,x,y,0/4,1/4,d2,d3,aA0,bB2,cC4,x,y,0/4,1/4,d3,d4
// expect: returned undefined
