// text: yaml@2.9.1
import { parse, stringify, parseDocument } from 'yaml';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = parseDocument('a: 1\nb: [x, y]\n');
  await tick(1);
  d.set('c', 5);
  await tick(2);
  console.log(String(d), JSON.stringify(parse('q: {z: 1}')));
  return 1;
}
