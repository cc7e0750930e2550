import { odd, depth } from './odd.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export const zero = 0;
export async function even(n: number): Promise<boolean> { depth.max = Math.max(depth.max, n); if (n === zero) return true; await tick(); return odd(n - 1); }
