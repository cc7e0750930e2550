import { log, tick } from './log.wf.ts';
import { valueb } from './b.wf.ts';
import { derived } from './usesa.wf.ts';
log('usesb begins ' + valueb + derived.of);
export const both = valueb + (await tick(derived.of));
log('usesb ends');
