// validation: @sinclair/typebox@0.34.52
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const T = Type.Object({ x: Type.Number() });
  await tick(1);
  console.log(
    Value.Check(T, { x: 1 }),
    Value.Check(T, { x: 'a' }),
    JSON.stringify([...Value.Errors(T, {})].length),
  );
  return 1;
}
