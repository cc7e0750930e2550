import { fail, log } from './log.wf.ts';
log('bad begins');
export const x = await fail('boom');
