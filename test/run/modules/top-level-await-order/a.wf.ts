import { log, tick } from './log.wf.ts';
log('a begins');
export const valuea = await tick('a');
log('a goes on');
await tick();
void tick('a side').then((v) => log(v));
log('a ends');
