export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let total = 0;
  const jobs = [1, 2, 3].map((n) => async () => {
    total += await tick(n);
    return total;
  });
  const out: number[] = [];
  for (const job of jobs) out.push(await job());
  console.log(out, total);
}

// expect: [ 1, 3, 6 ] 6
// expect: returned undefined
