export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: Record<string, number> = { a: 1, b: 2, c: 3, d: 4 };
  const seen: string[] = [];
  for (const k in o) {
    seen.push(k);
    if (k === 'a') { delete o.c; o.e = 5; }
    await tick();
  }
  for (const k in o) if (k !== 'z') seen.push(k);
  for (const i in await tick([7, 8])) seen.push(i);
  console.log(seen.join());
}

// expect: a,b,d,a,b,d,e,0,1
// expect: returned undefined
