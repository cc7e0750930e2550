export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  let total = 0;
  for (let i = 0; i < 3; i++) {
    total += await tick(i);
    console.log('step', i, total);
  }
  const add = (n: number) => { total += n; return total; };
  await tick(0);
  console.log(add(5));
  return total;
}
