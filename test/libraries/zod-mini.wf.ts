// validation: zod@4.6.7
import * as z from 'zod/mini';
export declare function tick<T>(x: T): Promise<T>;
const Order = z.object({ id: z.string().check(z.minLength(3)), n: z.number() });
export async function main() {
  await tick(1);
  const r = Order.safeParse({ id: 'a', n: 1.5 });
  console.log(r.success, r.error?.issues.length);
  return Order.parse({ id: 'abcd', n: 1 });
}
