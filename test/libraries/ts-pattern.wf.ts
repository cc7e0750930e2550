// pattern matching: ts-pattern@5.9.2
import { match, P } from 'ts-pattern';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const p = { type: 'a', n: P.number } as const;
  await tick(1);
  const f = (v: any) =>
    match(v)
      .with(p, (x: any) => 'A' + x.n)
      .otherwise(() => 'no');
  await tick(2);
  console.log(f({ type: 'a', n: 2 }), f(3));
  return 1;
}
