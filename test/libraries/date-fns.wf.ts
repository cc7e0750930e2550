// dates: date-fns@4.4.0
import { addDays, format, differenceInCalendarDays, startOfMonth } from 'date-fns';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = addDays(new Date(Date.UTC(2024, 1, 28)), 2);
  await tick(1);
  const s = startOfMonth(d);
  await tick(2);
  console.log(format(d, 'yyyy-MM-dd'), differenceInCalendarDays(d, s));
  return format(await tick(d), "EEEE, do MMMM yyyy 'at' HH:mm");
}
