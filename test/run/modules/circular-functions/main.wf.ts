import { even } from './even.wf.ts';
import { odd, depth, CONST } from './odd.wf.ts';

export const limit = 3;
export async function main() {
  console.log(await even(6), await odd(3), await even(5), depth.max, CONST);
}

// expect: true true false 6 function
// expect: returned undefined
