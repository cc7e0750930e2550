import { count, obj } from './counter.wf.ts';

export const total = () => count * 1000 + obj.n;
