// utilities: microdiff@1.6.0
import diff from 'microdiff';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = diff({ a: 1 }, { a: 2, b: 3 });
  await tick(1);
  console.log(JSON.stringify(d));
  return 1;
}
