// validation: yup@1.7.1
import { object, string, number } from 'yup';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const s = object({ a: string().required(), n: number().min(3) });
  await tick(1);
  console.log(JSON.stringify(await s.validate({ a: 'x', n: '5' })));
  try {
    await s.validate({ n: 1 }, { abortEarly: false });
  } catch (e: any) {
    await tick(2);
    console.log(e.name, e.errors);
  }
  return 1;
}
