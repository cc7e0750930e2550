import { log } from './log.wf.ts';
log('sync runs');
void Promise.resolve().then(() => log('microtask of sync'));
export let fromSync = 1;
export const bump = () => ++fromSync;
