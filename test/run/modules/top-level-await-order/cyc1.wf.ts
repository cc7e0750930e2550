import { log, tick } from './log.wf.ts';
import { two, callTwo } from './cyc2.wf.ts';
log('cyc1 begins ' + two);
export let one = await tick('one');
log('cyc1 ends ' + callTwo());
