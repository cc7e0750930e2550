// text: js-yaml@5.5.0
import { load, dump } from 'js-yaml';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const o: any = load('a: 1\nb: [x, y]\n');
  await tick(1);
  console.log(JSON.stringify(o), dump(o));
  return 1;
}
