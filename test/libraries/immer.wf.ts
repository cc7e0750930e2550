// immutable data: immer@11.2.10
import { produce } from 'immer';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const a = { x: [1] };
  await tick(1);
  const b = produce(a, (d) => {
    d.x.push(2);
  });
  return b;
}
