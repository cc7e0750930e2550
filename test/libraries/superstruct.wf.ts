// validation: superstruct@2.0.2
import { object, string, number, array, assert, create, defaulted, is, StructError } from 'superstruct';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const Order = object({ id: string(), n: defaulted(number(), 1), tags: array(string()) });
  await tick(1);
  console.log(
    is({ id: 'x', n: 1, tags: [] }, Order),
    JSON.stringify(create({ id: 'y', tags: ['a'] }, Order)),
  );
  try {
    assert({ id: 1 }, Order);
  } catch (e) {
    await tick(2);
    console.log((e as Error).message, e instanceof StructError);
  }
  return 1;
}
