import { log, tick } from './log.wf.ts';
log('b begins');
export const valueb = await tick('b');
log('b goes on');
await tick();
void tick('b side').then((v) => log(v));
log('b ends');
