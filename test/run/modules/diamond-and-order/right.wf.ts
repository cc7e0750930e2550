import { log } from './log.wf.ts';
import { left } from './left.wf.ts';

log.push('right loaded');
left();
export const right = () => { left(); log.push('right'); };
