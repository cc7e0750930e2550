import { tick, log } from './log.wf.ts';
log('other begins');
await tick();
await tick();
export const y = 1;
