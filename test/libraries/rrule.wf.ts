// dates: rrule@2.8.1
import { RRule } from 'rrule';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const r = new RRule({ freq: RRule.DAILY, count: 3, dtstart: new Date(Date.UTC(2024, 0, 1)) });
  await tick(1);
  console.log(
    r.all().map((d: Date) => d.toISOString()),
    r.toString(),
  );
  return 1;
}
