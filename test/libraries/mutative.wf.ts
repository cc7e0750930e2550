// immutable data: mutative@2.0.0
import { create } from 'mutative';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const a = { x: [1] };
  await tick(1);
  const b = create(a, (d) => {
    d.x.push(2);
  });
  return b;
}
