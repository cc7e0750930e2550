import { tick } from './ticks.wf.ts';

export const load = async (n: number) => (await tick(n)) + 1;
export const helper = async (xs: number[]) => (await Promise.all(xs.map(tick))).join('+');
