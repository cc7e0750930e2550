// promises: p-map@7.1.1
import pMap from 'p-map';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  console.log(await pMap([1, 2, 3], async (n) => (await tick(n))! * 2, { concurrency: 2 }));
  return 1;
}
