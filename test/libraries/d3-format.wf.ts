// text: d3-format@3.1.3
import { format, formatLocale } from 'd3-format';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const f = format(',.2f');
  await tick(1);
  console.log(f(12345.678));
  return 1;
}
