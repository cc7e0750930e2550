// dates: @js-joda/core@6.3.2
import { LocalDate, Period, LocalDateTime, DateTimeFormatter } from '@js-joda/core';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const d = LocalDate.of(2024, 2, 28);
  await tick(1);
  const e = d.plus(Period.ofDays(2));
  await tick(2);
  console.log(
    e.toString(),
    e.isAfter(d),
    LocalDateTime.of(2024, 1, 1, 10, 5).format(DateTimeFormatter.ofPattern('yyyy/MM/dd HH:mm')),
  );
  return 1;
}
