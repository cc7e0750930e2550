import { log } from './log.wf.ts';
import { valuea } from './a.wf.ts';
import { bump } from './sync.wf.ts';
log('usesa runs ' + valuea + bump());
export const derived = { of: valuea };
