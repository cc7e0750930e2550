// validation: valibot@1.5.0
import * as v from 'valibot';
export declare function tick<T>(x: T): Promise<T>;
const Order = v.object({
  id: v.pipe(v.string(), v.minLength(3)),
  items: v.array(v.object({ sku: v.string(), n: v.number() })),
});
export async function main() {
  const local = v.union([Order, v.string()]);
  await tick(1);
  const good = v.safeParse(Order, { id: 'abc', items: [{ sku: 'x', n: 1 }] });
  console.log(good.success, JSON.stringify(good.output));
  await tick(2);
  const bad = v.safeParse(local, { id: 'a', items: [{ sku: 'x', n: 'q' }] });
  console.log(bad.success, JSON.stringify(bad.issues));
  try {
    v.parse(Order, 5);
  } catch (e) {
    await tick(3);
    console.log((e as Error).name, (e as Error).message, e instanceof v.ValiError);
  }
  return v.parse(local, 'hello');
}
