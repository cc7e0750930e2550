// text: diff@9.0.0
import { diffWords, createPatch } from 'diff';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = diffWords('a b c', 'a x c');
  await tick(1);
  console.log(JSON.stringify(d), createPatch('f', 'a\n', 'b\n'));
  return 1;
}
