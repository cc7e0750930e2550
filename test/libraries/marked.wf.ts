// text: marked@18.2.1
import { marked } from 'marked';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  await tick(1);
  console.log(marked.parse('# hi *there*'));
  return 1;
}
