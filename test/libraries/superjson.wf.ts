// data: superjson@2.2.6
import superjson from 'superjson';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const t = superjson.stringify({ d: new Date(5), m: new Map([[1, 2]]) });
  await tick(1);
  console.log(t, superjson.parse(t));
  return 1;
}
