// results: neverthrow@8.2.0
import { ok, err, ResultAsync } from 'neverthrow';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const r = ok<number, string>(1).map((x) => x + 1);
  await tick(1);
  const e = r.andThen((x) => err('no ' + x));
  await tick(2);
  console.log(r.isOk(), e._unsafeUnwrapErr());
  const ra = ResultAsync.fromPromise(tick(5), () => 'bad');
  console.log(await ra.map((x) => x * 2).unwrapOr(0));
  return 1;
}
