// ids: uuid@14.0.3
import { v5, validate, parse, stringify } from 'uuid';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  await tick(1);
  return [v5('hello', v5.DNS), validate('x')];
}
