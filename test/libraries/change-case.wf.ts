// text: change-case@5.4.4
import { camelCase, snakeCase } from 'change-case';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  await tick(1);
  console.log(camelCase('foo bar'), snakeCase('FooBar'));
  return 1;
}
