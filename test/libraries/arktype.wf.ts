// validation: arktype@2.2.9
import { type } from 'arktype';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const T = type({ x: 'number' });
  await tick(1);
  console.log(JSON.stringify(T({ x: 1 })));
  return 1;
}
