import { log } from './log.wf.ts';

log.push('left loaded');
let n = 0;
export const left = () => log.push('left' + ++n);
