// dates: dayjs@1.11.23
import dayjs from 'dayjs/esm/index.js';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = dayjs('2024-01-31T10:00:00');
  await tick(1);
  const e = d.add(1, 'month').startOf('day');
  await tick(2);
  console.log(e.format('YYYY-MM-DD HH:mm'), e.diff(d, 'day'), dayjs.isDayjs(e), e.isAfter(d));
  return d.format();
}
