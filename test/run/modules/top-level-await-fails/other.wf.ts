import { tick, log } from './log.wf.ts';
await tick(); log('other 1'); await tick(); log('other 2');
export const y = 1;
