// promises: p-limit@7.3.3
import pLimit from 'p-limit';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const limit = pLimit(1);
  console.log(await Promise.all([1, 2, 3].map((n) => limit(async () => (await tick(n))! * 2))));
  return 1;
}
