import { load, helper } from './effects.wf.ts';
import { tick } from './ticks.wf.ts';
import * as ticks from './ticks.wf.ts';

export async function main() {
  console.log(await tick(1), await ticks.tick(2), await load(3), await helper([4, 5]));
  const alias = tick;
  console.log(await alias('a'), (await Promise.all([alias(1), ticks.tick(2)])).join(), typeof tick);
}

// expect: 1 2 4 4+5
// expect: a 1,2 function
// expect: returned undefined
