// dates: temporal-polyfill@1.0.8
import { Temporal } from 'temporal-polyfill';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = Temporal.PlainDate.from('2024-02-28');
  await tick(1);
  const e = d.add({ days: 2 });
  await tick(2);
  console.log(e.toString(), d.until(e).days);
  return 1;
}
