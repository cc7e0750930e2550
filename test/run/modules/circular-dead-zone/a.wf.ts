import { b, readA } from './b.wf.ts';

export const a = ['A'].join();
export let early = readA.first;
export const describe = () => [a, b, readA()].join();
