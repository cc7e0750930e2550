import { count, bump, obj, reset } from './counter.wf.ts';
import * as counter from './counter.wf.ts';
import { total } from './user.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  bump();
  await tick();
  bump();
  console.log(count, counter.count, total(), obj.n);
  await tick();
  obj.n += count;
  reset(10);
  await tick();
  console.log(count, counter.count, total(), obj === counter.obj, obj.n);
  const read = () => count + counter.count;
  await counter.later();
  console.log(read(), counter.bump === bump);
}

// expect: 2 2 2001 1
// expect: 10 10 10003 true 3
// expect: 220 true
// expect: returned undefined
