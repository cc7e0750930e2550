// text: slugify@1.6.9
import slugify from 'slugify';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  await tick(1);
  console.log(slugify('a b'));
  return 1;
}
