// dates: dayjs@1.11.23
import dayjs from 'dayjs/esm/index.js';
import utc from 'dayjs/esm/plugin/utc/index.js';
export declare function tick<T>(x: T): Promise<T>;
dayjs.extend(utc);
export async function main() {
  const d = dayjs.utc('2024-01-31');
  await tick(1);
  const e = d.add(1, 'month');
  await tick(2);
  console.log(e.format('YYYY-MM-DD'), e.diff(d, 'day'), dayjs.isDayjs(e));
  return 1;
}
