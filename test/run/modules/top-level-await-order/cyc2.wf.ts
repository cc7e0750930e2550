import { log, tick } from './log.wf.ts';
import { one } from './cyc1.wf.ts';
let early = ''; try { early = one; } catch (e) { early = (e as Error).message; }
log('cyc2 begins ' + early);
export const two = await tick('two');
export const callTwo = () => one + two;
log('cyc2 ends');
