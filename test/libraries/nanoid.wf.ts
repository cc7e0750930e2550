// ids: nanoid@5.1.16
import { customAlphabet } from 'nanoid/non-secure';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const id = customAlphabet('a', 5);
  await tick(1);
  console.log(id());
  return 1;
}
