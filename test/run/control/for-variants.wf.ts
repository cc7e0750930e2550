export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let s = '';
  for (let i = 0, n = 3; i < n; i++) s += await tick(i);
  let i = 5;
  for (; i > 3; ) { i--; s += i; await tick(); }
  for (;;) { if (await tick(true)) break; }
  let k = 0;
  do { s += 'd'; k++; } while (await tick(k < 3));
  while (await tick(k > 0)) k--;
  console.log(s, k, i);
}

// expect: 01243ddd 0 3
// expect: returned undefined
