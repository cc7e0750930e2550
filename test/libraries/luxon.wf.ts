// dates: luxon@3.7.2
import { DateTime, Duration } from 'luxon';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = DateTime.fromISO('2024-02-28T10:00:00Z', { zone: 'utc' });
  await tick(1);
  const e = d.plus({ days: 2 });
  await tick(2);
  console.log(e.toISO(), e.diff(d).as('hours'));
  return Duration.fromISO('P1DT2H').toISO();
}
