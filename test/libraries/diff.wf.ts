// text: diff@9.0.0
import { diffJson, diffWords } from 'diff';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const words = diffWords('a b c', 'a x c');
  await tick(1);
  console.log(JSON.stringify(words));
  await tick(2);
  return diffJson({ a: 1 }, { a: 2 }).length;
}
